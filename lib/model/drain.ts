/** Reads a stream to its end and returns what it returns. @param take is called with everything on the way. */
export async function drain<T, R>(stream: AsyncGenerator<T, R>, take: (value: T) => void = () => {}): Promise<R> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return value;
    take(value);
  }
}
