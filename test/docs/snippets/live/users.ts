export { currentUser } from '../server/users';
