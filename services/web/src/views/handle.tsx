/** Somebody's @name. It stands apart from the text around it, with its @ to the left, also where lines begin at the right. */
export function Handle({ of: username, class: className }: { of: string; class?: string }) {
  return (
    <bdi dir="ltr" class={className}>
      @{username}
    </bdi>
  )
}
