// CQL to ELM by the official translator. node translate.mjs NODE_MODULES MODEL.xml FOLDER: each FOLDER/*.cql becomes FOLDER/*.elm.json; exit 1 on an error.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, model, folder] = process.argv.slice(2);
const cql = await import(pathToFileURL(`${modules}/@cqframework/cql/cql-to-elm.mjs`));
const fhir = `${modules}/cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml`;
const models = { System: new URL("System.xml", import.meta.url), FHIR: fhir, QICore: model };
const manager = new cql.ModelManager();
manager.modelInfoLoader.registerModelInfoProvider(
  cql.createModelInfoProvider((name) => models[name] ? cql.stringAsSource(readFileSync(models[name], "utf8")) : null), true);
// Units are the measures' own, and as published: nothing is converted while translating.
const kept = (value) => value;
const units = cql.createUcumService(kept, () => null, kept, kept);
const libraries = new cql.LibraryManager(manager, undefined, undefined, units);
const text = (name) => readFileSync(`${folder}/${name}.cql`, "utf8");
libraries.librarySourceLoader.registerProvider(cql.createLibrarySourceProvider((name) => cql.stringAsSource(text(name))));
let wrong = 0;
for (const file of readdirSync(folder).filter((one) => one.endsWith(".cql"))) {
  const done = cql.CqlTranslator.fromText(readFileSync(`${folder}/${file}`, "utf8"), libraries);
  for (const error of done.errors.asJsReadonlyArrayView()) {
    wrong += 1;
    console.error(`${file}: ${error.message ?? error} ${process.env.TR ? JSON.stringify(error.locator) + error.cause?.stack : ""}`);
  }
  writeFileSync(`${folder}/${file.replace(/\.cql$/, ".elm.json")}`, done.toJson());
}
process.exit(wrong ? 1 : 0);
