import "server-only";
import { cache } from "react";
import { orNotFound } from "@/lib/core/page";
import { getList } from "./data";

/** One list with its features; the 404 page when there is none. */
export const loadList = cache((id: string) => orNotFound(getList(id)));
