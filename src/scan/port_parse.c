// SPDX-License-Identifier: Apache-2.0
// Reads the -p grammar, which port.h describes, into sets.
#include "scan/port.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define TOKEN_MAX    64
#define IP_PROTO_MAX 255
#define EXAMPLE      "write it like \"22,80-90,http*\""

/* One run of port_parse(). */
struct parse {
	const char *at;
	unsigned scanned;
	unsigned protos; /* whom the next item is for */
	bool in_brackets;
	const struct service_table *names;
	struct port_spec spec;
	struct port_set ranked[SERVICE_PROTOS]; /* filled when the first bracket opens */
	bool have_ranked;
	struct err *err;
};

/* A piece of the specification for an error sentence, shortened. */
struct token {
	char text[TOKEN_MAX];
};

static struct token token(const char *text, size_t len)
{
	struct token t;

	snprintf(t.text, sizeof(t.text), "%.*s%s", len < TOKEN_MAX - 4 ? (int)len : TOKEN_MAX - 4,
		 text, len < TOKEN_MAX - 4 ? "" : "...");
	return t;
}

static void skip_blanks(struct parse *p)
{
	p->at += strspn(p->at, " \t");
}

static void load_ranked(struct parse *p)
{
	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++) {
		size_t count;
		const uint16_t *rank = port_rank((enum service_proto)proto, &count);

		for (size_t i = 0; i < count; i++)
			port_set_add(&p->ranked[proto], rank[i], rank[i]);
	}
	for (size_t i = 0; i < service_count(p->names); i++) {
		struct service_entry e = service_at(p->names, i);

		if (e.proto == SERVICE_SCTP || e.proto == SERVICE_IP)
			port_set_add(&p->ranked[e.proto], e.port, e.port);
	}
	p->have_ranked = true;
}

static void add(struct parse *p, unsigned proto, unsigned first, unsigned last)
{
	struct port_set some = {0};

	if (first == last) {
		if (!p->in_brackets || port_set_has(&p->ranked[proto], first))
			port_set_add(&p->spec.of[proto], first, first);
		return;
	}
	port_set_add(&some, first, last);
	if (p->in_brackets)
		port_set_intersect(&some, &p->ranked[proto]);
	port_set_unite(&p->spec.of[proto], &some);
}

/* Compares without case; "*" is any run of characters and "?" any one. */
static bool matches(const char *pattern, size_t len, const char *name)
{
	const char *end = pattern + len, *star = NULL, *resume = NULL;

	while (*name) {
		if (pattern < end && *pattern == '*') {
			star = ++pattern;
			resume = name;
		} else if (pattern < end &&
			   (*pattern == '?' ||
			    tolower((unsigned char)*pattern) == tolower((unsigned char)*name))) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++resume;
		} else {
			return false;
		}
	}
	while (pattern < end && *pattern == '*')
		pattern++;
	return pattern == end;
}

/* The distance of two words when it is below best, else best or more; measures only near ones. */
static unsigned distance_below(unsigned best, const char *word, const char *name)
{
	size_t a = strlen(word), b = strlen(name);

	return (a > b ? a - b : b - a) < best ? text_distance(word, name) : best;
}

/* No service of that name: says so, and which one is spelled nearly the same. */
static int refuse_name(struct parse *p, const char *word, size_t len)
{
	struct token t = token(word, len);
	const char *near = NULL;
	unsigned best = len < 4 ? 2 : 3;

	for (size_t i = 0; i < service_count(p->names); i++) {
		struct service_entry e = service_at(p->names, i);
		unsigned distance =
			p->protos & 1u << e.proto ? distance_below(best, t.text, e.name) : best;

		if (distance < best) {
			best = distance;
			near = e.name;
		}
	}
	if (near)
		return err_set(p->err, -EINVAL, "no service is called \"%s\"; did you mean \"%s\"?",
			       t.text, near);
	return err_set(
		p->err, -EINVAL,
		"no service is called \"%s\"; give the port's number, or use \"*\" and \"?\" "
		"in the name",
		t.text);
}

static int parse_name(struct parse *p, const char *word, size_t len)
{
	bool found = false;

	for (size_t i = 0; i < service_count(p->names); i++) {
		struct service_entry e = service_at(p->names, i);

		if (!(p->protos & 1u << e.proto) || !matches(word, len, e.name))
			continue;
		add(p, e.proto, e.port, e.port);
		found = true;
	}
	return found ? 0 : refuse_name(p, word, len);
}

/* The number at word (len digits), or UINT32_MAX when it is over every limit. */
static uint32_t number(const char *word, size_t len)
{
	uint32_t value = 0;

	for (size_t i = 0; i < len; i++) {
		value = value * 10 + (uint32_t)(word[i] - '0');
		if (value > PORT_MAX)
			return UINT32_MAX;
	}
	return value;
}

static int refuse_large(struct parse *p, const char *word, size_t len, unsigned limit)
{
	return err_set(p->err, -EINVAL, "%s \"%s\" is too large; %s go from 0 to %u",
		       limit == PORT_MAX ? "port" : "protocol", token(word, len).text,
		       limit == PORT_MAX ? "ports" : "IP protocols", limit);
}

/* N, N-M, N-, -M or - */
static int parse_range(struct parse *p, const char *word, size_t len)
{
	size_t low_len = strspn(word, "0123456789");
	bool dash = low_len < len;
	const char *high_word = word + low_len + dash;
	size_t high_len = dash ? len - low_len - 1 : 0;
	uint32_t low = number(word, low_len), high = number(high_word, high_len);

	if (dash && strspn(high_word, "0123456789") < high_len)
		return err_set(p->err, -EINVAL, "\"%s\" has more than one dash; %s",
			       token(word, len).text, EXAMPLE);
	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++) {
		unsigned limit = proto == SERVICE_IP ? IP_PROTO_MAX : PORT_MAX;
		uint32_t first = low_len ? low : proto == SERVICE_IP ? 0 : 1;
		uint32_t last = !dash ? low : high_len ? high : limit;

		if (!(p->protos & 1u << proto))
			continue;
		if (first > limit)
			return refuse_large(p, word, low_len, limit);
		if (last > limit)
			return refuse_large(p, high_word, high_len, limit);
		if (first > last && !low_len)
			return err_set(
				p->err, -EINVAL,
				"port range \"%s\" is empty, because an open range starts at "
				"1; write \"0\" if port 0 is meant",
				token(word, len).text);
		if (first > last)
			return err_set(p->err, -EINVAL,
				       "port range \"%s\" is reversed; write \"%u-%u\"",
				       token(word, len).text, last, first);
		add(p, proto, first, last);
	}
	return 0;
}

/* A prefix such as "T:" at p->at narrows p->protos. */
static int parse_prefix(struct parse *p)
{
	static const char letters[] = "TUSP"; /* in the order of enum service_proto */
	const char *letter = strchr(letters, *p->at);
	unsigned proto = letter ? (unsigned)(letter - letters) : 0;

	if (!letter)
		return err_set(p->err, -EINVAL,
			       "\"%.2s\" is no protocol; write T: (TCP), U: (UDP), S: (SCTP) or P: "
			       "(IP protocol)",
			       p->at);
	if (!(p->scanned & 1u << proto))
		return err_set(
			p->err, -EINVAL,
			"\"%s\" asks for %s, which this scan does not probe; leave \"%s\" out",
			token(p->at, strcspn(p->at, ",] \t")).text,
			proto == SERVICE_IP ? "IP protocols"
					    : service_proto_name((enum service_proto)proto),
			token(p->at, strcspn(p->at, ",] \t")).text);
	p->protos = 1u << proto;
	p->at += 2;
	skip_blanks(p);
	return 0;
}

static int parse_word(struct parse *p)
{
	const char *word = p->at;
	size_t len = strcspn(word, ",[] \t");

	p->at += len;
	if (len && strspn(word, "0123456789-") >= len)
		return parse_range(p, word, len);
	if (islower((unsigned char)*word) || *word == '*' || *word == '?')
		return parse_name(p, word, len);
	if (isupper((unsigned char)*word))
		return err_set(p->err, -EINVAL,
			       "\"%s\" is no port; names of services are written in lower case",
			       token(word, len).text);
	if (len)
		return err_set(p->err, -EINVAL, "\"%s\" is no port, range or service name; %s",
			       token(word, len).text, EXAMPLE);
	if (*word)
		return err_set(p->err, -EINVAL, "a port is missing before \"%s\"; %s",
			       token(word, strlen(word)).text, EXAMPLE);
	return err_set(p->err, -EINVAL, "a port is missing at the end; %s", EXAMPLE);
}

/* One element without its brackets: an optional prefix and a word. */
static int parse_item(struct parse *p)
{
	int rc = *p->at && p->at[1] == ':' ? parse_prefix(p) : 0;

	return rc ? rc : parse_word(p);
}

/* What stands inside "[...]", up to and over the closing one. */
static int parse_brackets(struct parse *p)
{
	unsigned protos = p->protos;
	const char *start = p->at++;

	if (!p->have_ranked)
		load_ranked(p);
	p->in_brackets = true;
	for (;;) {
		int rc;

		skip_blanks(p);
		if (*p->at == '[')
			return err_set(p->err, -EINVAL,
				       "brackets may not stand in brackets, as in \"%s\"",
				       token(start, strlen(start)).text);
		rc = parse_item(p);
		if (rc)
			return rc;
		skip_blanks(p);
		if (*p->at != ',')
			break;
		p->at++;
	}
	if (*p->at != ']')
		return err_set(p->err, -EINVAL, "\"%s\" lacks its closing \"]\"",
			       token(start, strlen(start)).text);
	p->at++;
	p->in_brackets = false;
	p->protos = protos;
	return 0;
}

static int parse_element(struct parse *p)
{
	int rc = 0;

	if (*p->at && p->at[1] == ':')
		rc = parse_prefix(p);
	if (rc)
		return rc;
	return *p->at == '[' ? parse_brackets(p) : parse_word(p);
}

static int parse_all(struct parse *p)
{
	const char *start = p->at;
	unsigned total = 0;

	for (;;) {
		int rc;

		skip_blanks(p);
		if (!*p->at && p->at > start)
			break;
		rc = parse_element(p);
		if (rc)
			return rc;
		skip_blanks(p);
		if (!*p->at)
			break;
		if (*p->at == ']')
			return err_set(p->err, -EINVAL, "\"]\" in \"%s\" has no \"[\" before it",
				       token(start, strlen(start)).text);
		if (*p->at != ',')
			return err_set(p->err, -EINVAL, "a comma is missing before \"%s\"; %s",
				       token(p->at, strlen(p->at)).text, EXAMPLE);
		p->at++;
	}
	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++)
		total += p->spec.of[proto].count;
	return total ? 0
		     : err_set(p->err, -EINVAL, "\"%s\" holds no port of the ranked list",
			       token(start, strlen(start)).text);
}

int port_parse(const char *text, unsigned scanned, const struct service_table *names,
	       struct port_spec *ret_spec, struct err *err)
{
	struct parse *p;
	int rc;

	if (!text[strspn(text, " \t")])
		return err_set(err, -EINVAL, "the list of ports is empty; %s", EXAMPLE);
	p = calloc(1, sizeof(*p));
	if (!p)
		return err_set(err, -ENOMEM, "memory ran out while reading ports \"%s\"",
			       token(text, strlen(text)).text);
	*p = (struct parse) {
		.at = text, .scanned = scanned, .protos = scanned, .names = names, .err = err};
	rc = parse_all(p);
	if (!rc)
		*ret_spec = p->spec;
	free(p);
	return rc;
}
