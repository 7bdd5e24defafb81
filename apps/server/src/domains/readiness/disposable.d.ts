declare module "disposable-email-domains/index.json" {
  const domains: readonly string[];
  export default domains;
}
declare module "disposable-email-domains/wildcard.json" {
  const domains: readonly string[];
  export default domains;
}
