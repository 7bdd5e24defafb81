const WIDTH = 108;
const HEIGHT = 18;

/** A line of small numbers in time, its end marked; `label` says for a screen reader what it shows. */
export function Spark({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const most = Math.max(1, ...values);
  const x = (at: number): number => (at / Math.max(1, values.length - 1)) * WIDTH;
  const y = (value: number): number => 1 + (1 - value / most) * (HEIGHT - 2);
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path d={values.map((value, at) => `${at === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("")} />
      <circle cx={WIDTH} cy={y(values.at(-1) ?? 0)} r="2.2" />
    </svg>
  );
}
