// SPDX-License-Identifier: Apache-2.0
// Reports in lines: masscan's list (-oL) and zmap's CSV.
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "evidence/verdict.h"
#include "report/claims.h"

#define LINE_SIZE   1024 /* longer ones are none of these formats */
#define COLUMNS_MAX 32

/* Takes the next line without its end; false at the end of the file, or when it is too long. */
static bool next_line(const char **at, const char *end, char line[static LINE_SIZE])
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	size_t len = (size_t)((stop ? stop : end) - *at);

	if (*at == end || len >= LINE_SIZE || memchr(*at, '\0', len))
		return false;
	memcpy(line, *at, len);
	if (len && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	*at = stop ? stop + 1 : end;
	return true;
}

/* Cuts a line at each mark, in place; how many parts. */
static size_t cut(char *line, const char *marks, char *ret_parts[static COLUMNS_MAX])
{
	size_t count = 0;

	while (count < COLUMNS_MAX) {
		ret_parts[count++] = line;
		line += strcspn(line, marks);
		if (!*line)
			break;
		*line++ = '\0';
	}
	return count;
}

/* "open tcp 22 198.51.100.20 1163000000" */
static bool read_masscan(struct claims *c, char *line)
{
	char *parts[COLUMNS_MAX];
	struct claim claim = {0};
	struct addr addr;
	uint64_t port;

	if (!*line || *line == '#')
		return true;
	if (cut(line, " \t", parts) < 4)
		return false;
	if (!strcmp(parts[0], "banner"))
		return true;
	claim.state = claims_state_of(parts[0]);
	claim.kind = claims_kind_of(parts[1]);
	if (claim.kind == PROBE_KINDS || claim.state == CLAIM_STATE_ELSE ||
	    !text_number(parts[2], 0, UINT16_MAX, &port) || !addr_parse(parts[3], &addr))
		return false;
	claim.port = (uint16_t)port;
	claims_add(c, &addr, claim, NULL);
	return true;
}

/* The columns that count; COLUMNS_MAX: it is missing. */
struct columns {
	size_t address, port, word;
};

static size_t column_of(char *parts[], size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(parts[i], name))
			return i;
	}
	return COLUMNS_MAX;
}

/* The only port of a host that SYNs asked about; -1 when there are more, or none. */
static long only_port(const struct ledger *l, const struct addr *addr)
{
	uint32_t host = ledger_find_host(l, addr);
	struct port_verdict v;

	if (host == EVENT_NONE || verdict_all_ports(l, host, 1, &v) != 1)
		return -1;
	return v.port;
}

/* What zmap calls an answer: a state, and the reason in nmap's word. */
static bool zmap_answer(const char *word, struct claim *claim, const char **ret_reason)
{
	static const struct {
		const char *word;
		const char *reason;
		enum port_state state;
	} rows[] = {
		{"synack", "syn-ack", PORT_OPEN},
		{"rst", "reset", PORT_CLOSED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(word, rows[i].word) != 0)
			continue;
		claim->state = (uint8_t)rows[i].state;
		*ret_reason = rows[i].reason;
		return true;
	}
	return false;
}

static bool read_zmap(struct claims *c, char *line, const struct columns *columns)
{
	struct claim claim = {.kind = PROBE_SYN, .state = PORT_OPEN};
	char *parts[COLUMNS_MAX];
	const char *reason = NULL;
	size_t count = cut(line, ",", parts);
	struct addr addr;
	uint64_t number;
	long port;

	if (!*line)
		return true;
	if (columns->address >= count || !addr_parse(parts[columns->address], &addr))
		return false;
	if (columns->word < count && !zmap_answer(parts[columns->word], &claim, &reason))
		return true; /* an ICMP error, say: zmap draws no state from it */
	if (columns->port < count && text_number(parts[columns->port], 0, UINT16_MAX, &number))
		port = (long)number;
	else
		port = only_port(c->ledger, &addr);
	if (port < 0) {
		c->strange_kinds++;
		return true;
	}
	claim.port = (uint16_t)port;
	claims_add(c, &addr, claim, reason);
	return true;
}

/* Reads the head of a CSV, or its first line when it has none; false when it is none of zmap's. */
static bool read_head(char *line, struct columns *ret_columns, bool *ret_headless)
{
	char *parts[COLUMNS_MAX];
	size_t count = cut(line, ",", parts);
	struct addr addr;

	*ret_columns = (struct columns) {
		.address = column_of(parts, count, "saddr"),
		.port = column_of(parts, count, "sport"),
		.word = column_of(parts, count, "classification"),
	};
	*ret_headless = ret_columns->address >= count;
	if (!*ret_headless)
		return true;
	if (count != 1 || !addr_parse(parts[0], &addr))
		return false;
	ret_columns->address = 0; /* addresses alone */
	return true;
}

int claims_read_lines(struct claims *c, const char *bytes, size_t len, const char *name,
		      struct err *err)
{
	const char *at = bytes, *end = bytes + len;
	struct columns columns = {0};
	char line[LINE_SIZE] = "";
	uint64_t number = 1;
	bool is_list, good, headless = false;

	good = next_line(&at, end, line);
	is_list = good && !strncmp(line, "#masscan", 8);
	if (!is_list && (!good || !read_head(line, &columns, &headless)))
		return err_set(err, -EINVAL,
			       "\"%s\" is no report that can be compared; use nmap's XML (-oX), "
			       "masscan's XML, JSON or list (-oX, -oJ, -oL) or zmap's CSV",
			       name);
	strcpy(c->scanner, is_list ? "masscan" : "zmap");
	if (headless)
		at = bytes;
	while (good && next_line(&at, end, line)) {
		number++;
		good = is_list ? read_masscan(c, line) : read_zmap(c, line, &columns);
	}
	if (good && at == end)
		return 0;
	c->damaged = true;
	err_set(&c->damage, -EINVAL,
		"line %llu of \"%s\" is none that %s writes; what stands before is compared",
		(unsigned long long)number, name, c->scanner);
	return 0;
}
