export { authorizeJwt, type AuthorizeJwtOptions, type JwtPrincipal } from './lib/authorize-jwt.ts';
