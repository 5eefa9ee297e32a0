// Loaded by `node --import` before the tests of a node pack, so that they find the packages of this Clipwork.
import { linkOwnPackages } from "../../installed/link-own-packages.ts";

linkOwnPackages();
