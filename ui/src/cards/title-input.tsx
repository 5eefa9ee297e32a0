import { presentationLimits } from "@clipwork/engine";
import { useEffect, useRef } from "react";

type Props = {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  /** The title that was typed; undefined if it is to stay as it was. */
  done(typed: string | undefined): void;
};

/** A title that is being edited in place: Enter or leaving the field takes it, Escape leaves it as it was. */
export function TitleInput({ label, value, placeholder, done }: Props) {
  const left = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current!.focus({ preventScroll: true });
    field.current!.select();
  }, []);
  const leave = (typed: string | undefined) => {
    if (left.current) return;
    left.current = true;
    done(typed);
  };
  return (
    <input
      className="title-edit"
      data-nodrag
      data-draft
      ref={field}
      aria-label={label}
      defaultValue={value}
      placeholder={placeholder}
      maxLength={presentationLimits.title}
      onBlur={({ target }) => leave(target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        leave(event.key === "Enter" ? event.currentTarget.value : undefined);
      }}
    />
  );
}
