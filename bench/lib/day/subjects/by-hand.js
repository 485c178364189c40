/** As the official samples do: a token for every call, when the button is pressed. */
export function atEachCall(server) {
  return { mount: () => () => undefined, getToken: async () => (await server.mint()).value };
}

/** A token fetched in an effect and kept in the component's state; a call before it is there fetches one. */
export function atMount(server) {
  let token;
  const fetchToken = async () => {
    token = (await server.mint()).value;
    return token;
  };
  return {
    mount() {
      fetchToken().catch(() => undefined);
      return () => undefined;
    },
    getToken: async () => token ?? fetchToken(),
  };
}

/** The same, and a new one on an interval that ends ten seconds before the lifetime. */
export function onInterval(server) {
  const { mount, getToken } = atMount(server);
  return {
    getToken,
    mount() {
      mount();
      const timer = globalThis.setInterval(mount, server.lifetimeMs - 10_000);
      return () => globalThis.clearInterval(timer);
    },
  };
}
