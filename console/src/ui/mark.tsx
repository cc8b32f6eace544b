/** The load line: a circle crossed by the waterline. */
export const Mark = ({ size = 24, label }: { size?: number; label?: string }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 32 32"
    fill="none"
    stroke="currentColor"
    strokeWidth="3"
    role={label ? 'img' : undefined}
    aria-label={label}
    aria-hidden={label ? undefined : true}
  >
    <circle cx="16" cy="16" r="9.5" />
    <path d="M1 16h30" />
  </svg>
)
