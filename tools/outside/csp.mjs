// Google's CSP Evaluator.  Reads a JSON list of policies, writes the findings of each; the lower a
// severity, the worse: 10 high, 20 syntax, 30 medium, above it what might matter elsewhere.
import { readFileSync } from "node:fs";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";

const policies = JSON.parse(readFileSync(0, "utf8"));
const judge = (policy) => new CspEvaluator(new CspParser(policy).csp).evaluate();
console.log(JSON.stringify(policies.map(judge)));
