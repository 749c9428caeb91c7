// SPDX-License-Identifier: Apache-2.0
/*
 * What each simulated host does, read from a plain text specification.
 *
 * One word line at a time; `#` begins a comment. `host A` or `host A to B`
 * begins a group, the other words describe it; see lab/README.md.
 */
#include "spec.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 512, WORDS_MAX = 8, QUOTE_ALL_V4 = 548, QUOTE_ALL_V6 = 1232 };

static const struct {
	const char *name;
	enum step_kind kind;
} step_names[] = {
	{"open", STEP_OPEN},
	{"closed", STEP_CLOSED},
	{"split", STEP_SPLIT},
	{"bad-ack", STEP_BAD_ACK},
	{"bad-rst", STEP_BAD_RST},
	{"bad-icmp", STEP_BAD_ICMP},
	{"wrong-source", STEP_WRONG_SOURCE},
	{"rst-source", STEP_RST_SOURCE},
	{"window-rst", STEP_WINDOW_RST},
};

static int read_address(const char *text, struct address *ret, struct fail *f)
{
	*ret = (struct address) {.v6 = strchr(text, ':') != NULL};
	if (inet_pton(ret->v6 ? AF_INET6 : AF_INET, text, ret->bytes) != 1)
		return fail_set(f, "\"%.60s\" is not an address.", text);
	return 0;
}

static int read_icmp(const char *text, struct step *step, struct fail *f)
{
	const char *at = strchr(text, '@');
	unsigned int type, code;
	int used = 0;

	if (sscanf(text, "icmp:%3u/%3u%n", &type, &code, &used) != 2 || type > 255 || code > 255 ||
	    (text[used] && &text[used] != at))
		return fail_set(f, "\"%.60s\" is not icmp:TYPE/CODE or icmp:TYPE/CODE@ADDRESS.",
				text);
	step->kind = STEP_ICMP;
	step->type = (uint8_t)type;
	step->code = (uint8_t)code;
	step->other_sender = at != NULL;
	return at ? read_address(at + 1, &step->sender, f) : 0;
}

static int read_step(const char *text, struct step *step, struct fail *f)
{
	size_t i;

	if (!strncmp(text, "icmp:", 5))
		return read_icmp(text, step, f);
	for (i = 0; i < sizeof(step_names) / sizeof(step_names[0]); i++)
		if (!strcmp(step_names[i].name, text)) {
			step->kind = step_names[i].kind;
			return 0;
		}
	return fail_set(f, "\"%.40s\" is not an answer a simulated host knows.", text);
}

/* "drop", or answers joined by +; adds a rule and returns its index, or -1. */
static int add_rule(struct group *g, char *text, struct fail *f)
{
	struct rule *rule = &g->rules[g->rule_count];
	char *item, *rest = NULL;

	if (g->rule_count == SPEC_RULES)
		return fail_set(f, "A host can have at most %d port lines.", SPEC_RULES - 1);
	*rule = (struct rule) {.count = 0};
	if (strcmp(text, "drop") != 0) {
		for (item = strtok_r(text, "+", &rest); item; item = strtok_r(NULL, "+", &rest)) {
			if (rule->count == SPEC_STEPS)
				return fail_set(f, "A probe can have at most %d answers.",
						SPEC_STEPS);
			if (read_step(item, &rule->steps[rule->count++], f) < 0)
				return -1;
		}
	}
	return (int)g->rule_count++;
}

/* Port lines come in order; "rest" fills what no line before it named. */
static int read_ports(struct group *g, uint8_t *table, char **words, struct fail *f)
{
	static bool wanted[PORT_COUNT];
	int rule = add_rule(g, words[2], f);
	unsigned int port;

	if (rule < 0)
		return -1;
	memset(wanted, 0, sizeof(wanted));
	if (!strcmp(words[1], "rest")) {
		for (port = 0; port < PORT_COUNT; port++)
			wanted[port] = table[port] == 0;
	} else if (quantity_ports(words[1], wanted, f) < 0) {
		return -1;
	}
	for (port = 0; port < PORT_COUNT; port++)
		if (wanted[port])
			table[port] = (uint8_t)rule;
	return 0;
}

/* "50/s" or "50/s 10", the second being the burst. */
static int read_limit(struct bucket *b, char **words, unsigned int count, struct fail *f)
{
	char *slash = strchr(words[1], '/');

	if (!slash || strcmp(slash, "/s") != 0)
		return fail_set(f, "\"%.40s\" is not a limit such as 50/s.", words[1]);
	*slash = '\0';
	b->burst = 1;
	if (quantity_number(words[1], 1000000, &b->per_s, f) < 0)
		return -1;
	if (count > 2 && quantity_number(words[2], 1000000, &b->burst, f) < 0)
		return -1;
	if (!b->per_s || !b->burst)
		return fail_set(f, "A limit and its burst must be at least 1.");
	b->tokens_ns = UINT64_MAX; /* full; clipped at first use */
	return 0;
}

static int begin_group(struct spec *spec, char **words, unsigned int count, struct fail *f)
{
	struct group *g;

	if (spec->count == SPEC_GROUPS)
		return fail_set(f, "There can be at most %d host lines.", SPEC_GROUPS);
	g = calloc(1, sizeof(*g));
	if (!g)
		return fail_set(f, "There is no memory left.");
	spec->groups[spec->count++] = g;
	g->rule_count = 1; /* rule 0 is silence */
	if (read_address(words[1], &g->first, f) < 0)
		return -1;
	g->last = g->first;
	g->quote_max = g->first.v6 ? QUOTE_ALL_V6 : QUOTE_ALL_V4;
	if (count == 2)
		return 0;
	if (count != 4 || strcmp(words[2], "to") != 0)
		return fail_set(f, "Write \"host ADDRESS\" or \"host FIRST to LAST\".");
	if (read_address(words[3], &g->last, f) < 0)
		return -1;
	if (g->last.v6 != g->first.v6 || memcmp(g->first.bytes, g->last.bytes, 16) > 0)
		return fail_set(f, "The range from %.50s to %.50s runs backwards.", words[1],
				words[3]);
	return 0;
}

static int read_quote(struct group *g, const char *text, struct fail *f)
{
	uint64_t n;

	if (quantity_number(text, g->quote_max, &n, f) < 0)
		return -1;
	g->quote_max = (size_t)n;
	return 0;
}

static int read_words(struct spec *spec, char **words, unsigned int count, struct fail *f)
{
	struct group *g = spec->count ? spec->groups[spec->count - 1] : NULL;
	const char *verb = words[0];

	if (!strcmp(verb, "host") && count >= 2)
		return begin_group(spec, words, count, f);
	if (!g)
		return fail_set(f, "\"%.40s\" comes before the first host line.", verb);
	if (!strcmp(verb, "echo") && count == 1)
		g->echo = true;
	else if (!strcmp(verb, "timestamp") && count == 1)
		g->timestamp = true;
	else if (!strcmp(verb, "no-neighbour") && count == 1)
		g->no_neighbour = true;
	else if (!strcmp(verb, "quote") && count == 2)
		return read_quote(g, words[1], f);
	else if (!strcmp(verb, "rst-limit") && (count == 2 || count == 3))
		return read_limit(&g->rst_limit, words, count, f);
	else if (!strcmp(verb, "icmp-limit") && (count == 2 || count == 3))
		return read_limit(&g->icmp_limit, words, count, f);
	else if (!strcmp(verb, "tcp") && count == 3)
		return read_ports(g, g->tcp, words, f);
	else if (!strcmp(verb, "udp") && count == 3)
		return read_ports(g, g->udp, words, f);
	else
		return fail_set(f,
				"\"%.40s\" is not a word for a simulated host, or has too "
				"few or too many values.",
				verb);
	return 0;
}

static unsigned int split(char *line, char **words)
{
	unsigned int count = 0;
	char *rest = NULL, *word;

	line[strcspn(line, "#\n")] = '\0';
	for (word = strtok_r(line, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		if (count == WORDS_MAX)
			return count;
		words[count++] = word;
	}
	return count;
}

int spec_read(struct spec *spec, const char *path, struct fail *f)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char line[LINE_MAX_BYTES], *words[WORDS_MAX];
	unsigned int number = 0;
	int rc = 0;

	if (!in)
		return fail_set(f, "Cannot open \"%.100s\": %s.", path, strerror(errno));
	while (rc == 0 && fgets(line, sizeof(line), in)) {
		struct fail why = {""};
		unsigned int count;

		number++;
		if (!strchr(line, '\n') && !feof(in)) { /* the rest would pass for a line */
			rc = fail_set(f, "%.80s:%u: The line has more than %d letters.", path,
				      number, LINE_MAX_BYTES - 2);
			continue;
		}
		count = split(line, words);
		if (count && read_words(spec, words, count, &why) < 0)
			rc = fail_set(f, "%.80s:%u: %.150s", path, number, why.text);
	}
	if (in != stdin)
		fclose(in);
	if (rc == 0 && !spec->count)
		return fail_set(f, "\"%.100s\" describes no host.", path);
	return rc;
}

struct group *spec_find(const struct spec *spec, const struct address *address)
{
	unsigned int i;

	for (i = 0; i < spec->count; i++) {
		struct group *g = spec->groups[i];

		if (g->first.v6 == address->v6 && memcmp(address->bytes, g->first.bytes, 16) >= 0 &&
		    memcmp(address->bytes, g->last.bytes, 16) <= 0)
			return g;
	}
	return NULL;
}

void spec_free(struct spec *spec)
{
	while (spec->count)
		free(spec->groups[--spec->count]);
}
