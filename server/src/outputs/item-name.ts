/**
 * The name of an output's files for one of its items: the output's own name, with the item's number if there are several. The numbers
 * have as many digits as the last, so that the names sort as the items do.
 */
export function itemName(name: string, item: number, items: number): string {
  return items > 1 ? `${name}-${String(item).padStart(String(items - 1).length, "0")}` : name;
}
