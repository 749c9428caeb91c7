// SPDX-License-Identifier: Apache-2.0
// Service names for ports: from /etc/services as the caller read it, else from IANA's registry.
//
// Theory of operation: both texts go through one reader into rows in the order read, the caller's
// first. Sorting by protocol, port and order, then keeping the first row of each port, lets the
// caller's names win. A lookup is a binary search.
#include "scan/service.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "scan/service_text.h"

#define NAME_MAX_LEN 63
#define TEXT_MAX     (16u << 20) /* what is beyond is passed over; offsets are 32 bits */
#define FIRST_ROWS   16384
#define FIRST_NAMES  (1u << 17)

static const char *const proto_names[] = {
	[SERVICE_TCP] = "tcp",
	[SERVICE_UDP] = "udp",
	[SERVICE_SCTP] = "sctp",
	[SERVICE_IP] = "ip",
};

_Static_assert(sizeof(proto_names) / sizeof(proto_names[0]) == SERVICE_PROTOS, "one name each");

struct row {
	uint32_t key; /* protocol << 16 | port */
	uint32_t order;
	uint32_t name; /* offset in names */
};

struct service_table {
	struct row *rows;
	size_t count;
	size_t size;
	char *names;
	size_t names_len;
	size_t names_size;
};

const char *service_proto_name(enum service_proto proto)
{
	return proto_names[proto];
}

/* Makes room for one more row and one more name. */
static bool reserve(struct service_table *t)
{
	if (t->count == t->size) {
		size_t size = t->size ? t->size * 2 : FIRST_ROWS;
		struct row *rows = realloc(t->rows, size * sizeof(*rows));

		if (!rows)
			return false;
		t->rows = rows;
		t->size = size;
	}
	if (t->names_size - t->names_len <= NAME_MAX_LEN) {
		size_t size = t->names_size ? t->names_size * 2 : FIRST_NAMES;
		char *names = realloc(t->names, size);

		if (!names)
			return false;
		t->names = names;
		t->names_size = size;
	}
	return true;
}

/* Stores a name, sanitised; the offset of it. Room is reserved. */
static uint32_t store_name(struct service_table *t, const char *name, size_t len)
{
	size_t start = t->names_len;

	for (size_t i = 0; i < len && i < NAME_MAX_LEN; i++)
		t->names[t->names_len++] = name[i] > ' ' && name[i] <= '~' ? name[i] : '_';
	t->names[t->names_len++] = '\0';
	return (uint32_t)start;
}

/* The end of the word at p: a blank, "#" or end. */
static const char *word_end(const char *p, const char *end)
{
	while (p < end && *p != ' ' && *p != '\t' && *p != '\r' && *p != '#')
		p++;
	return p;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* One protocol word of len bytes; false when it is none of ours. */
static bool read_proto(const char *word, size_t len, uint32_t *ret_proto)
{
	for (uint32_t i = 0; i < SERVICE_IP; i++) {
		if (strlen(proto_names[i]) == len && memcmp(proto_names[i], word, len) == 0) {
			*ret_proto = i;
			return true;
		}
	}
	return false;
}

/* Reads "name port/proto[/proto...]" from p to end; false only when memory ran out. */
static bool read_line(struct service_table *t, const char *p, const char *end)
{
	const char *name = skip_blanks(p, end);
	const char *name_end = word_end(name, end);
	const char *word = skip_blanks(name_end, end);
	const char *last = word_end(word, end);
	uint32_t port = 0, proto, offset = UINT32_MAX;

	if (name == name_end || word == last || !isdigit((unsigned char)*word))
		return true;
	for (; word < last && isdigit((unsigned char)*word) && port <= UINT16_MAX; word++)
		port = port * 10 + (uint32_t)(*word - '0');
	if (port > UINT16_MAX)
		return true;
	while (word < last && *word == '/') {
		const char *start = ++word;

		while (word < last && *word != '/')
			word++;
		if (!read_proto(start, (size_t)(word - start), &proto))
			continue;
		if (!reserve(t))
			return false;
		if (offset == UINT32_MAX)
			offset = store_name(t, name, (size_t)(name_end - name));
		t->rows[t->count] = (struct row) {proto << 16 | port, (uint32_t)t->count, offset};
		t->count++;
	}
	return true;
}

static bool read_text(struct service_table *t, const char *text, size_t len)
{
	const char *end = text + (len < TEXT_MAX ? len : TEXT_MAX);

	while (text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));

		if (!line_end)
			line_end = end;
		if (!read_line(t, text, line_end))
			return false;
		text = line_end + (line_end < end);
	}
	return true;
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Sorts, and keeps the first row of each port. */
static void settle(struct service_table *t)
{
	size_t kept = 0;

	qsort(t->rows, t->count, sizeof(*t->rows), compare_rows);
	for (size_t i = 0; i < t->count; i++)
		if (!kept || t->rows[i].key != t->rows[kept - 1].key)
			t->rows[kept++] = t->rows[i];
	t->count = kept;
}

struct service_table *service_table_new(const char *text, size_t len)
{
	struct service_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	if ((text && !read_text(t, text, len)) || !read_text(t, service_text, service_text_len)) {
		service_table_free(t);
		return NULL;
	}
	settle(t);
	return t;
}

void service_table_free(struct service_table *table)
{
	if (!table)
		return;
	free(table->rows);
	free(table->names);
	free(table);
}

const char *service_name(const struct service_table *table, enum service_proto proto, uint16_t port)
{
	uint32_t key = (uint32_t)proto << 16 | port;
	size_t low = 0, high = table ? table->count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->rows[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (!table || low == table->count || table->rows[low].key != key)
		return "unknown";
	return table->names + table->rows[low].name;
}

size_t service_count(const struct service_table *table)
{
	return table ? table->count : 0;
}

struct service_entry service_at(const struct service_table *table, size_t at)
{
	const struct row *row = &table->rows[at];

	return (struct service_entry) {
		.proto = (enum service_proto)(row->key >> 16),
		.port = (uint16_t)row->key,
		.name = table->names + row->name,
	};
}
