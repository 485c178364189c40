export {
  reactNativeEnvironment,
  type AppStateLike,
  type NetInfoLike,
  type ReactNativeModules,
} from './lib/react-native-environment.ts';
