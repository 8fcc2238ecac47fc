import type { BenchOptions, Result } from './result.ts'
export async function scale (_options: BenchOptions): Promise<Result[]> { return [] }
