// The executor as others see it: a port over a local socket, and the frames that both sides speak.
export { connectExecutor, type ExecutorConnection } from './client.ts'
export { encodeFrame, FrameError, FrameReader, MAX_FRAME_BYTES, writeFrame } from './frames.ts'
