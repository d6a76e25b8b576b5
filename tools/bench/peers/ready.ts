/** Whether an address is answered. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url)
    await answer.text()
    return answer.ok
  } catch {
    return false
  }
}
