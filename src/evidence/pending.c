// SPDX-License-Identifier: Apache-2.0
// Ports that were still to be asked when their host was left: written into a capture, read back.
#include "evidence/pending.h"

#include <string.h>

#include "evidence/rule.h"

static const char begin[] = "sonde: left undecided: ";

void pending_write(struct buf *out, enum probe_kind kind, const struct addr *host,
		   const uint16_t *ports, size_t count)
{
	char text[ADDR_TEXT_MAX];

	buf_printf(out, "%s%s %s ", begin, probe_kind_name(kind), addr_text(host, text));
	for (size_t i = 0, last; i < count; i = last + 1) {
		last = i;
		while (last + 1 < count && ports[last + 1] == ports[last] + 1)
			last++;
		buf_printf(out, "%s%u", i ? "," : "", ports[i]);
		if (last > i)
			buf_printf(out, "-%u", ports[last]);
	}
}

/* A port number at *at, which moves behind it; -1 for anything else. */
static int read_port(const char **at, const char *end)
{
	const char *start = *at;
	int port = 0;

	while (*at < end && **at >= '0' && **at <= '9' && port <= UINT16_MAX)
		port = port * 10 + (*(*at)++ - '0');
	return *at > start && port <= UINT16_MAX ? port : -1;
}

/* The ports of a list, each once at most: they must ascend. */
static void leave_ports(struct ledger *l, uint32_t host, enum probe_kind kind, const char *at,
			const char *end)
{
	int before = -1;

	while (at < end) {
		int first = read_port(&at, end), last = first;

		if (at < end && *at == '-') {
			at++;
			last = read_port(&at, end);
		}
		if (first <= before || last < first)
			return;
		for (int port = first; port <= last; port++)
			ledger_leave_port(l, host, kind, (uint16_t)port);
		before = last;
		if (at < end && *at++ != ',')
			return;
	}
}

/* The kind of this name; PROBE_KINDS when there is none. */
static enum probe_kind kind_of(const char *name, size_t len)
{
	int kind = 0;

	while (kind < PROBE_KINDS && (strlen(probe_kind_name(kind)) != len ||
				      memcmp(probe_kind_name(kind), name, len) != 0))
		kind++;
	return kind;
}

/* Where the last word of text[0..len) begins, counted in bytes; 0 when there is but one word. */
static size_t last_word(const char *text, size_t len)
{
	while (len && text[len - 1] != ' ')
		len--;
	return len;
}

void pending_read(struct ledger *l, const char *text, size_t len)
{
	size_t ports, address, head = strlen(begin);
	char name[ADDR_TEXT_MAX];
	enum probe_kind kind;
	struct addr addr;
	uint32_t host;

	if (len < head || memcmp(text, begin, head) != 0)
		return;
	text += head;
	len -= head;
	ports = last_word(text, len);
	address = ports ? last_word(text, ports - 1) : 0;
	if (!address || ports - 1 - address >= sizeof(name))
		return;
	memcpy(name, text + address, ports - 1 - address);
	name[ports - 1 - address] = '\0';
	kind = kind_of(text, address - 1);
	if (kind == PROBE_KINDS || !addr_parse(name, &addr))
		return;
	host = ledger_find_host(l, &addr);
	if (host != EVENT_NONE)
		leave_ports(l, host, kind, text + ports, text + len);
}
