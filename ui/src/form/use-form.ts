import { createContext, use } from "react";
import type { Form } from "./create-form.ts";

/** The form that the components below draw. */
export const FormContext = createContext<Form | undefined>(undefined);

/** The form of this page. Throws outside a `FormContext`. */
export function useForm(): Form {
  const form = use(FormContext);
  if (!form) throw new Error("A component of the form stands outside its FormContext.");
  return form;
}
