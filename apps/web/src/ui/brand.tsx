/** The sign and the name. */
export function Brand() {
  return (
    <span className="brand">
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
        <path
          d="M4.500 20V9.500a6 6 0 0 1 6-6h2.800a5.400 5.400 0 0 1 0 10.800H9"
          fill="none"
          stroke="var(--r-encre)"
          strokeWidth="3"
          strokeLinecap="round"
        />
        <path d="m12.300 10.300-4 4 4 4" fill="none" stroke="var(--r-encre)" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
        <circle cx="19.500" cy="20" r="2.600" fill="var(--r-mimosa)" />
      </svg>
      <span className="brand-name">Relance</span>
    </span>
  );
}
