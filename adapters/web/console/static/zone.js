// Tells the pages in which time zone their reader is, so that days begin where the reader's do.

const NAME = "client_sync_zone";

function remember() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
  const wanted = `${NAME}=${zone}`;
  const has = () => document.cookie.split("; ").includes(wanted);
  if (has()) return false;
  document.cookie = `${wanted}; path=/; max-age=31536000; samesite=strict`;
  return has();
}

/** True if this page was made without knowing the zone. */
export const wasUnknown = remember();
