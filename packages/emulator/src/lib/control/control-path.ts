/** Where the control endpoint is, below an emulator's address. */
const CONTROL_PATH = '/_emulator';

/** The paths of the control endpoint. */
export const CONTROL_PATHS = {
  /** `GET`: what is going on. */
  status: CONTROL_PATH,
  /** `POST`: a fault on. `DELETE`: faults off. */
  faults: `${CONTROL_PATH}/faults`,
  /** `POST`: every session breaks. */
  drop: `${CONTROL_PATH}/drop`,
  /** `POST`: the clock moves ahead. */
  advance: `${CONTROL_PATH}/advance`,
} as const;

/**
 * Whether a path belongs to the control endpoint.
 *
 * @param path - Path of a request, without its query.
 */
export function isControlPath(path: string): boolean {
  return path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
}
