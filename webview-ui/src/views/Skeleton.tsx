/** The outline of a report that is on its way. */
export function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {[40, 0, 95, 88, 92, 70, 0, 30, 90, 84].map((width) => (
        <div style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
