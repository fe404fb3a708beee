/**
 * Run a synth without cdktf's record of where each token was made. Only few of its errors would print one, and with
 * hundreds of hosts the records are most of the memory. Errors keep their own traces.
 */
export function withoutCreationStacks<T>(synth: () => T): T {
  const captureStackTrace = Error.captureStackTrace.bind(Error);
  Error.captureStackTrace = () => undefined;
  try {
    return synth();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
