/** A cell that a spreadsheet must not take for a formula gets an apostrophe in front of it. */
function safe(value: string): string {
  return /^(\p{Cc}|[\s\p{Cc}\uFEFF]*[=+\-@＝＋－＠])/u.test(value) ? `'${value}` : value
}

function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : safe(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A table as spreadsheets of every language open it: with a byte order mark and CRLF. */
export function csvOf(head: string[], rows: (string | number)[][]): string {
  const lines = [head, ...rows].map((row) => row.map(cell).join(','))
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

export function download(name: string, file: Blob): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
