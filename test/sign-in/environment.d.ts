declare namespace NodeJS {
  /** The variables of the recipes, which are written as an app without the strictest options of the compiler writes them. */
  interface ProcessEnv {
    OPENAI_API_KEY?: string;
    SESSION_SECRET?: string;
    SESSION_KEY?: string;
    CLERK_SECRET_KEY: string;
    CLERK_PUBLISHABLE_KEY: string;
    CLERK_JWT_KEY: string;
  }
}
