// SPDX-License-Identifier: Apache-2.0
// Reports in XML: nmap's -oX, and masscan's, which is like it.
//
// Theory of operation. libxml2 reads, element by element (SAX); no tree is built. The report is a
// stranger's file: no entity may be declared in it, nothing it names is fetched, and the library's
// own limits on depth and sizes hold.
#include <errno.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include "base/text.h"
#include "report/claims.h"
#include "report/xml_library.h"

#define CHUNK     65536
#define SCANS_MAX 8 /* different <scaninfo> */
#define STRANGE   UINT8_MAX

/* By what kind of probes the ports of a protocol were asked. */
struct scan_kind {
	char protocol[8];
	uint8_t kind;
};

/* Where the reader is. */
struct reader {
	struct claims *claims;
	struct xml_library xml;
	xmlParserCtxtPtr parser;
	struct scan_kind scans[SCANS_MAX];
	size_t scan_count;
	bool is_report; /* the root was the right one */
	bool has_entities;
	uint64_t hosts;
	/* the present host */
	bool known; /* addr is set */
	struct addr addr;
	int up; /* -1: not said */
	char up_reason[CLAIM_WORD_SIZE];
	/* the present port, and the present extraports */
	struct claim port;
	struct claim extra;
	uint64_t extra_count;
	bool extra_named;
};

/* The value of an attribute, "" when it is missing. */
static const char *attribute(const xmlChar **pairs, const char *name)
{
	for (size_t i = 0; pairs && pairs[i]; i += 2) {
		if (!strcmp((const char *)pairs[i], name))
			return pairs[i + 1] ? (const char *)pairs[i + 1] : "";
	}
	return "";
}

/* The kind of probe by nmap's name for a scan; a kind that no ledger knows is STRANGE. */
static uint8_t kind_of_scan(const char *type)
{
	static const struct {
		const char *type;
		enum probe_kind kind;
	} rows[] = {
		{"syn", PROBE_SYN},       {"connect", PROBE_SYN}, {"ack", PROBE_ACK},
		{"fin", PROBE_FIN},       {"null", PROBE_NULL},   {"xmas", PROBE_XMAS},
		{"maimon", PROBE_MAIMON}, {"udp", PROBE_UDP},     {"sctpinit", PROBE_SCTP},
		{"ipproto", PROBE_IP},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!strcmp(type, rows[i].type))
			return (uint8_t)rows[i].kind;
	}
	return STRANGE;
}

static void on_scaninfo(struct reader *r, const xmlChar **pairs)
{
	const char *protocol = attribute(pairs, "protocol");
	struct scan_kind *s = &r->scans[r->scan_count];

	if (r->scan_count == SCANS_MAX || strlen(protocol) >= sizeof(s->protocol))
		return;
	strcpy(s->protocol, protocol);
	s->kind = kind_of_scan(attribute(pairs, "type"));
	r->scan_count++;
}

/* By what kind of probes this report's ports of a protocol were asked. */
static uint8_t kind_of(const struct reader *r, const char *protocol)
{
	uint8_t kind = claims_kind_of(protocol);

	for (size_t i = 0; i < r->scan_count; i++) {
		if (!strcmp(r->scans[i].protocol, protocol))
			return r->scans[i].kind;
	}
	return kind == PROBE_KINDS ? STRANGE : kind;
}

static void on_address(struct reader *r, const xmlChar **pairs)
{
	if (strcmp(attribute(pairs, "addrtype"), "mac") != 0 && !r->known)
		r->known = addr_parse(attribute(pairs, "addr"), &r->addr);
}

static void on_status(struct reader *r, const xmlChar **pairs)
{
	const char *state = attribute(pairs, "state");

	r->up = !strcmp(state, "up") ? 1 : !strcmp(state, "down") ? 0 : -1;
	text_escape(r->up_reason, sizeof(r->up_reason), attribute(pairs, "reason"));
}

static void on_port(struct reader *r, const xmlChar **pairs)
{
	uint64_t port = 0;

	r->port.kind = kind_of(r, attribute(pairs, "protocol"));
	if (!text_number(attribute(pairs, "portid"), 0, UINT16_MAX, &port))
		r->port.kind = STRANGE;
	r->port.port = (uint16_t)port;
}

static void on_state(struct reader *r, const xmlChar **pairs)
{
	r->port.state = claims_state_of(attribute(pairs, "state"));
	if (r->known)
		claims_add(r->claims, &r->addr, r->port, attribute(pairs, "reason"));
}

static void on_extraports(struct reader *r, const xmlChar **pairs)
{
	r->extra = (struct claim) {.state = claims_state_of(attribute(pairs, "state"))};
	r->extra_named = false;
	if (!text_number(attribute(pairs, "count"), 0, UINT16_MAX + 1, &r->extra_count))
		r->extra_count = 0;
}

/* Ports alike in their reason; reports before nmap 7.92 do not name them. */
static void on_extrareasons(struct reader *r, const xmlChar **pairs)
{
	const char *ports = attribute(pairs, "ports"), *protocol = attribute(pairs, "proto");

	if (!*ports || !*protocol || !r->known)
		return;
	r->extra.kind = kind_of(r, protocol);
	if (claims_add_list(r->claims, &r->addr, r->extra, attribute(pairs, "reason"), ports))
		r->extra_named = true;
}

static void end_extraports(struct reader *r)
{
	if (r->extra_named || !r->extra_count || !r->known)
		return;
	claims_add_crowd(r->claims, &r->addr,
			 (struct claim_crowd) {
				 .kind = r->scan_count == 1 ? r->scans[0].kind : PROBE_SYN,
				 .state = r->extra.state,
				 .count = r->extra_count,
			 });
}

static void begin_host(struct reader *r)
{
	r->known = false;
	r->up = -1;
	r->up_reason[0] = '\0';
	r->hosts++;
}

static void end_host(struct reader *r)
{
	const struct claim claim = {.kind = PROBE_KINDS, .state = r->up == 1};

	/* what was assumed is no claim about packets */
	if (r->known && r->up >= 0 && strcmp(r->up_reason, "user-set") != 0 &&
	    strcmp(r->up_reason, "localhost-response") != 0)
		claims_add(r->claims, &r->addr, claim, r->up_reason);
	r->known = false;
}

static void on_root(struct reader *r, const char *name, const xmlChar **pairs)
{
	const char *scanner = attribute(pairs, "scanner"), *version = attribute(pairs, "version");
	size_t len;

	r->is_report = !strcmp(name, "nmaprun");
	/* masscan tells what answered, and nmap --open what is open */
	r->claims->names_all =
		strcmp(scanner, "masscan") != 0 && !strstr(attribute(pairs, "args"), " --open");
	text_escape(r->claims->scanner, CLAIM_WORD_SIZE, *scanner ? scanner : "a scanner");
	len = strlen(r->claims->scanner);
	if (*version && strcmp(scanner, "masscan") != 0) {
		r->claims->scanner[len++] = ' ';
		text_escape(r->claims->scanner + len, CLAIM_WORD_SIZE, version);
	}
	if (!r->is_report)
		r->xml.StopParser(r->parser);
}

static void on_start(void *user, const xmlChar *element, const xmlChar **pairs)
{
	static const struct {
		const char *name;
		void (*fn)(struct reader *, const xmlChar **);
	} rows[] = {
		{"scaninfo", on_scaninfo},
		{"address", on_address},
		{"status", on_status},
		{"port", on_port},
		{"state", on_state},
		{"extraports", on_extraports},
		{"extrareasons", on_extrareasons},
	};
	struct reader *r = user;
	const char *name = (const char *)element;

	if (!r->is_report) {
		on_root(r, name, pairs);
		return;
	}
	if (r->claims->failed || r->claims->crowded)
		r->xml.StopParser(r->parser);
	if (!strcmp(name, "host"))
		begin_host(r);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!strcmp(name, rows[i].name))
			rows[i].fn(r, pairs);
	}
}

static void on_end(void *user, const xmlChar *element)
{
	if (!strcmp((const char *)element, "host"))
		end_host(user);
	else if (!strcmp((const char *)element, "extraports"))
		end_extraports(user);
}

/* No scanner's report declares any; who does wants to make us read something else, or for ever. */
static void on_entity(void *user, const xmlChar *name, int type, const xmlChar *public_id,
		      const xmlChar *system_id, xmlChar *content)
{
	struct reader *r = user;

	(void)name;
	(void)type;
	(void)public_id;
	(void)system_id;
	(void)content;
	r->has_entities = true;
	r->xml.StopParser(r->parser);
}

/* The whole file; false when it ended badly. */
static bool parse(struct reader *r, const char *bytes, size_t len)
{
	int code = 0;

	for (size_t at = 0; at < len && !code; at += CHUNK)
		code = r->xml.ParseChunk(r->parser, bytes + at,
					 (int)(len - at < CHUNK ? len - at : CHUNK), 0);
	if (!code)
		code = r->xml.ParseChunk(r->parser, NULL, 0, 1);
	return !code;
}

/* What is to be said of what was read. */
static int judge(struct reader *r, bool whole, const char *name, struct err *err)
{
	struct claims *c = r->claims;
	const xmlError *error = r->xml.CtxtGetLastError(r->parser);

	if (r->has_entities)
		return err_set(err, -EINVAL,
			       "\"%s\" declares entities, which no scanner's report does; it is "
			       "not read",
			       name);
	if (!r->is_report)
		return err_set(err, -EINVAL,
			       "\"%s\" is XML but no report of nmap or masscan, which begins with "
			       "<nmaprun>",
			       name);
	if (whole || c->crowded || c->failed)
		return 0;
	c->damaged = true;
	err_set(&c->damage, -EINVAL,
		"\"%s\" is cut short or damaged at line %d; what stands before is compared", name,
		error ? error->line : 0);
	return 0;
}

int claims_read_xml(struct claims *c, const char *bytes, size_t len, const char *name,
		    struct err *err)
{
	/* initialized 1, not XML_SAX2_MAGIC: names and attributes as they stand */
	xmlSAXHandler handler = {
		.startElement = on_start,
		.endElement = on_end,
		.entityDecl = on_entity,
		.initialized = 1,
	};
	struct reader r = {.claims = c};
	bool whole;
	int code = xml_library_load(&r.xml, err);

	if (code)
		return code;
	r.parser = r.xml.CreatePushParserCtxt(&handler, &r, NULL, 0, NULL);
	if (!r.parser)
		return err_set(err, -ENOMEM, "there is no memory left to read \"%s\".", name);
	r.xml.CtxtUseOptions(r.parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
					       XML_PARSE_SAX1);
	whole = parse(&r, bytes, len);
	code = judge(&r, whole, name, err);
	r.xml.FreeDoc(r.parser->myDoc); /* libxml2 keeps declared entities in one of its own */
	r.xml.FreeParserCtxt(r.parser);
	return code;
}
