import { type TableColumn, type TableData, tableRows, writeCsv } from "@clipwork/engine";
import { ArrowDown, ArrowUp, Copy } from "lucide-react";
import { useMemo, useState } from "react";
import { usePage } from "../editor/use-editor.ts";
import { cellText } from "./cell-text.ts";
import { nextOrder, type SortOrder, sortRows } from "./sort-rows.ts";
import { useArtifact } from "./use-artifact.ts";
import type { ViewProps } from "./view-kind.ts";

/** Rows on a page: as many as a browser draws without a pause. */
const pageRows = 200;

/** All rows of a table, a page at a time. */
export function WholeTable({ view, alt }: ViewProps<"table">) {
  const { content, problem } = useArtifact<TableData>(view.table);
  if (!content) return <p className="muted">{problem ?? "Loading the table…"}</p>;
  return <SortedTable table={content} alt={alt} />;
}

/** A table that is here, as a click on a head sorts it. */
export function SortedTable({ table, alt }: { readonly table: TableData; readonly alt: string }) {
  const editor = usePage();
  const { columns } = table;
  const [order, setOrder] = useState<SortOrder>();
  const [page, setPage] = useState(0);
  const rows = useMemo(() => sortRows(columns, order), [columns, order]);
  return (
    <div className="table-whole">
      <div className="table-scroll">
        <table aria-label={alt}>
          <thead>
            <tr>
              {columns.map((column, i) => (
                <SortHead
                  key={column.name}
                  column={column}
                  order={order?.column === i ? order : undefined}
                  onSort={() => {
                    setOrder(nextOrder(order, i));
                    setPage(0);
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(page * pageRows, (page + 1) * pageRows).map((row) => (
              <tr key={row}>
                {columns.map(({ name, type, values }) => (
                  <td key={name} data-type={type}>
                    {cellText(values[row]!)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="table-foot">
        <Pages page={page} rows={rows.length} onPage={setPage} />
        <span className="bar-space" />
        <button
          type="button"
          className="button"
          onClick={() => void editor.copy(writeCsv(tableRows(table)), "The table as CSV")}
        >
          <Copy size={14} aria-hidden />
          Copy as CSV
        </button>
      </footer>
    </div>
  );
}

type HeadProps = {
  readonly column: TableColumn;
  readonly order: SortOrder | undefined;
  onSort(): void;
};

function SortHead({ column: { name, type }, order, onSort }: HeadProps) {
  const sort = order ? (order.descending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" data-type={type} aria-sort={sort}>
      <button type="button" onClick={onSort}>
        {name}
        {order ? order.descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden /> : null}
      </button>
    </th>
  );
}

type PagesProps = { readonly page: number; readonly rows: number; onPage(page: number): void };

function Pages({ page, rows, onPage }: PagesProps) {
  const last = Math.max(0, Math.ceil(rows / pageRows) - 1);
  const first = page * pageRows;
  if (last === 0) return <span className="muted">{rows === 1 ? "1 row" : `${rows} rows`}</span>;
  return (
    <>
      <button type="button" className="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Earlier
      </button>
      <span className="muted">
        Rows {first + 1} to {Math.min(rows, first + pageRows)} of {rows}
      </span>
      <button type="button" className="button" disabled={page === last} onClick={() => onPage(page + 1)}>
        Later
      </button>
    </>
  );
}
