/** What we use of libheif-js, which has no types of its own for this. */
declare module 'libheif-js/wasm-bundle.js' {
  interface HeifImage {
    get_width(): number
    get_height(): number
    is_primary(): boolean
    display(
      target: { data: Uint8ClampedArray; width: number; height: number },
      done: (target: { data: Uint8ClampedArray } | null) => void,
    ): void
    free(): void
  }
  const libheif: {
    HeifDecoder: new () => { decoder: unknown; decode(file: Uint8Array): HeifImage[] }
    heif_context_free(context: unknown): void
  }
  export default libheif
}
