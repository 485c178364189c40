declare namespace NodeJS {
  /** The variables of the snippets, which are written as an app without `noPropertyAccessFromIndexSignature` writes them. */
  interface ProcessEnv {
    OPENAI_API_KEY?: string;
    AZURE_OPENAI_API_KEY?: string;
    GATEWAY_KEY?: string;
  }
}
