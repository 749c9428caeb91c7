// SPDX-License-Identifier: Apache-2.0
// The File Transfer Protocol (RFC 959, RFC 2428): commands and replies, and the data between them.
//
// Theory of operation. PORT and the replies to PASV and EPSV name a place for data, which is
// announced. The same is kept for the control connection, as an announcement of its own, until a
// command asks for a transfer: then the place is announced again, with that command.
#include "proto/ftp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/announce.h"
#include "proto/ipv4.h"
#include "proto/lines.h"
#include "proto/starttls.h"

#define FTP_PORT       21
#define REPLY_PASSIVE  227 /* RFC 959 s. 4.2 */
#define REPLY_EPSV     229 /* RFC 2428 s. 3 */
#define REPLY_SECURE   234 /* RFC 4217 s. 4.1 */
#define CODE_LEN       3
#define WELL_KNOWN_END 1024 /* RFC 6335 s. 6 */

enum ftp_field {
	FTP_PROTOCOL,
	FTP_REQUEST,
	FTP_RESPONSE,
	FTP_COMMAND,
	FTP_ARG,
	FTP_CODE,
	FTP_RESPONSE_ARG,
	FTP_PASSIVE_IP,
	FTP_PASSIVE_PORT,
	FTP_ACTIVE_IP,
	FTP_ACTIVE_PORT,
	FTP_EPRT_FAMILY,
	FTP_EPRT_IP,
	FTP_EPRT_PORT,
	FTP_EPSV_IP,
	FTP_EPSV_IPV6,
	FTP_EPSV_PORT,
	FTP_FIELDS
};

/* RFC 959 s. 4.2, with later ones. */
static const struct value_name code_names[] = {
	VALUE(110, "Restart marker reply"),
	VALUE(120, "Service ready in nnn minutes"),
	VALUE(125, "Data connection already open; transfer starting"),
	VALUE(150, "File status okay; about to open data connection"),
	VALUE(200, "Command okay"),
	VALUE(202, "Command not implemented, superfluous at this site"),
	VALUE(211, "System status, or system help reply"),
	VALUE(212, "Directory status"),
	VALUE(213, "File status"),
	VALUE(214, "Help message"),
	VALUE(215, "NAME system type"),
	VALUE(220, "Service ready for new user"),
	VALUE(221, "Service closing control connection"),
	VALUE(225, "Data connection open; no transfer in progress"),
	VALUE(226, "Closing data connection"),
	VALUE(227, "Entering Passive Mode"),
	VALUE(229, "Entering Extended Passive Mode"),
	VALUE(230, "User logged in, proceed"),
	VALUE(232, "User logged in, authorized by security data exchange"),
	VALUE(234, "Security data exchange complete"),
	VALUE(235, "Security data exchange completed successfully"),
	VALUE(250, "Requested file action okay, completed"),
	VALUE(257, "PATHNAME created"),
	VALUE(331, "User name okay, need password"),
	VALUE(332, "Need account for login"),
	VALUE(334, "Requested security mechanism is ok"),
	VALUE(335, "Security data is acceptable, more is required"),
	VALUE(336, "Username okay, need password. Challenge is ..."),
	VALUE(350, "Requested file action pending further information"),
	VALUE(421, "Service not available, closing control connection"),
	VALUE(425, "Can't open data connection"),
	VALUE(426, "Connection closed; transfer aborted"),
	VALUE(431, "Need some unavailable resource to process security"),
	VALUE(450, "Requested file action not taken"),
	VALUE(451, "Requested action aborted: local error in processing"),
	VALUE(452, "Requested action not taken. Insufficient storage space in system"),
	VALUE(500, "Syntax error, command unrecognized"),
	VALUE(501, "Syntax error in parameters or arguments"),
	VALUE(502, "Command not implemented"),
	VALUE(503, "Bad sequence of commands"),
	VALUE(504, "Command not implemented for that parameter"),
	VALUE(522, "Network protocol not supported"),
	VALUE(530, "Not logged in"),
	VALUE(532, "Need account for storing files"),
	VALUE(533, "Command protection level denied for policy reasons"),
	VALUE(534, "Request denied for policy reasons"),
	VALUE(535, "Failed security check (hash, sequence, etc)"),
	VALUE(536, "Requested PROT level not supported by mechanism"),
	VALUE(537, "Command protection level not supported by security mechanism"),
	VALUE(550, "Requested action not taken: File unavailable"),
	VALUE(551, "Requested action aborted: page type unknown"),
	VALUE(552, "Requested file action aborted: Exceeded storage allocation"),
	VALUE(553, "Requested action not taken: File name not allowed"),
	VALUE(631, "Integrity protected reply"),
	VALUE(632, "Confidentiality and integrity protected reply"),
	VALUE(633, "Confidentiality protected reply"),
	VALUE_END,
};

/* RFC 2428 s. 2 */
static const struct value_name family_names[] = {
	VALUE(1, "IPv4"),
	VALUE(2, "IPv6"),
	VALUE_END,
};

static const struct field fields[] = {
	[FTP_PROTOCOL] = {"ftp", "File Transfer Protocol (FTP)", FIELD_PROTOCOL},
	[FTP_REQUEST] = {"ftp.request", "Request", FIELD_BOOL},
	[FTP_RESPONSE] = {"ftp.response", "Response", FIELD_BOOL},
	[FTP_COMMAND] = {"ftp.request.command", "Request command", FIELD_STRING},
	[FTP_ARG] = {"ftp.request.arg", "Request arg", FIELD_STRING},
	[FTP_CODE] = {"ftp.response.code", "Response code", FIELD_UINT, BASE_DEC, 4,
		      .names = code_names},
	[FTP_RESPONSE_ARG] = {"ftp.response.arg", "Response arg", FIELD_STRING},
	[FTP_PASSIVE_IP] = {"ftp.passive.ip", "Passive IP address", FIELD_IPV4},
	[FTP_PASSIVE_PORT] = {"ftp.passive.port", "Passive port", FIELD_UINT, BASE_DEC, 2},
	[FTP_ACTIVE_IP] = {"ftp.active.cip", "Active IP address", FIELD_IPV4},
	[FTP_ACTIVE_PORT] = {"ftp.active.port", "Active port", FIELD_UINT, BASE_DEC, 2},
	[FTP_EPRT_FAMILY] = {"ftp.eprt.af", "Extended active address family", FIELD_UINT, BASE_DEC,
			     1, .names = family_names},
	[FTP_EPRT_IP] = {"ftp.eprt.ip", "Extended active IP address", FIELD_IPV4},
	[FTP_EPRT_PORT] = {"ftp.eprt.port", "Extended active port", FIELD_UINT, BASE_DEC, 2},
	[FTP_EPSV_IP] = {"ftp.epsv.ip", "Extended passive IPv4 address", FIELD_IPV4},
	[FTP_EPSV_IPV6] = {"ftp.epsv.ipv6", "Extended passive IPv6 address", FIELD_IPV6},
	[FTP_EPSV_PORT] = {"ftp.epsv.port", "Extended passive port", FIELD_UINT, BASE_DEC, 2},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == FTP_FIELDS, "every ftp_field has a row");

enum data_field {
	DATA_PROTOCOL,
	DATA_SETUP_FRAME,
	DATA_SETUP_METHOD,
	DATA_COMMAND,
	DATA_COMMAND_FRAME,
	DATA_FIELDS
};

static const struct field data_fields[] = {
	[DATA_PROTOCOL] = {"ftp-data", "FTP Data", FIELD_PROTOCOL},
	[DATA_SETUP_FRAME] = {"ftp-data.setup-frame", "Setup frame", FIELD_FRAME},
	[DATA_SETUP_METHOD] = {"ftp-data.setup-method", "Setup method", FIELD_STRING},
	[DATA_COMMAND] = {"ftp-data.command", "Command", FIELD_STRING},
	[DATA_COMMAND_FRAME] = {"ftp-data.command-frame", "Command frame", FIELD_FRAME},
};

static_assert(sizeof(data_fields) / sizeof(data_fields[0]) == DATA_FIELDS, "each has a row");

#define F(name)  FIELD_ID(PROTOCOL_FTP, FTP_##name)
#define FD(name) FIELD_ID(PROTOCOL_FTP_DATA, DATA_##name)

/* Announces the place of a transfer, with what is known of it. */
static void announce_data(struct dissect *d, const struct announced_ftp *ftp, uint32_t frame)
{
	const struct announcement data = {
		.transport = IP_TCP,
		.address = &ftp->address,
		.port = ftp->port,
		.what = {.protocol = PROTOCOL_FTP_DATA, .frame = frame, .ftp = *ftp},
	};

	dissect_announce(d, &data);
}

/* A place was agreed to: for data, and for the command on this connection that will use it. */
static void agree(struct dissect *d, const char *method, const struct addr *address, uint16_t port)
{
	struct announced_ftp ftp = {.address = *address, .port = port};
	struct announcement control = {
		.transport = IP_TCP,
		.address = &d->kept.ip_source,
		.port = d->kept.source_port,
		.other = &d->kept.ip_destination,
		.other_port = d->kept.destination_port,
	};

	snprintf(ftp.method, sizeof(ftp.method), "%s", method);
	announce_data(d, &ftp, (uint32_t)d->frame->number);
	if (d->kept.destination_port == FTP_PORT) { /* the same entry, whoever speaks */
		control.address = &d->kept.ip_destination;
		control.port = d->kept.destination_port;
		control.other = &d->kept.ip_source;
		control.other_port = d->kept.source_port;
	}
	control.what = (struct announced) {
		.protocol = PROTOCOL_FTP, .frame = (uint32_t)d->frame->number, .ftp = ftp};
	dissect_announce(d, &control);
}

/* A command that transfers by the place agreed to last. */
static void take_command(struct dissect *d, const struct text *command, struct text line)
{
	static const char *const transfers[] = {"RETR", "STOR", "STOU", "APPE",
						"LIST", "NLST", "MLSD"};
	struct announced *control = dissect_announced(d, PROTOCOL_FTP);
	struct announced_ftp ftp;
	bool known = false;

	for (size_t i = 0; i < sizeof(transfers) / sizeof(transfers[0]); i++)
		known |= text_is_nocase(command, transfers[i]);
	if (!known || !control || !control->ftp.port)
		return;
	ftp = control->ftp;
	line = text_first(line, sizeof(ftp.command) - 1);
	memcpy(ftp.command, line.base + line.at, line.len);
	ftp.command[line.len] = '\0';
	ftp.command_frame = (uint32_t)d->frame->number;
	control->ftp.port = 0; /* used */
	announce_data(d, &ftp, control->frame);
}

/* Says "h1,h2,h3,h4,p1,p2" as an address and a port, and announces both. */
static void say_host_port(struct dissect *d, const char *method, struct text t, uint16_t ip_id,
			  uint16_t port_id)
{
	struct text where = t;
	struct addr address;
	uint8_t parts[6];

	for (unsigned i = 0; i < 6; i++) {
		struct text part = text_until(&t, ',');
		uint64_t number;

		if (!text_decimal(&part, &number) || number > UINT8_MAX)
			return;
		parts[i] = (uint8_t)number;
	}
	addr_set_v4(&address, parts);
	tree_uint(d->tree, ip_id, where.at, where.len, addr_number(&address));
	tree_uint(d->tree, port_id, where.at, where.len, (uint32_t)parts[4] << 8 | parts[5]);
	agree(d, method, &address, (uint16_t)(parts[4] << 8 | parts[5]));
}

/* "(|||6446|)": the port; the address is the server's. */
static void say_extended_passive(struct dissect *d, struct text t)
{
	const struct addr *server = &d->kept.ip_source;
	uint64_t port;

	text_until(&t, '(');
	for (unsigned i = 0; i < 3; i++)
		text_until(&t, '|');
	t = text_until(&t, '|');
	if (!text_decimal(&t, &port) || port > UINT16_MAX)
		return;
	if (server->family == 4)
		item_flag(tree_uint(d->tree, F(EPSV_IP), 0, 0, addr_number(server)),
			  ITEM_GENERATED);
	else if (server->family == 6)
		item_flag(tree_bytes(d->tree, F(EPSV_IPV6), 0, 0, server->bytes, 16),
			  ITEM_GENERATED);
	tree_uint(d->tree, F(EPSV_PORT), t.at, t.len, port);
	agree(d, "EPASV", server, (uint16_t)port);
}

/* "|1|192.0.2.1|6275|" */
static void say_extended_port(struct dissect *d, struct text t)
{
	struct text family, address, part;
	uint64_t number, port;
	uint32_t ip = 0;

	text_until(&t, '|');
	family = text_until(&t, '|');
	address = text_until(&t, '|');
	t = text_until(&t, '|');
	if (!text_decimal(&family, &number) || number > UINT8_MAX)
		return;
	tree_uint(d->tree, F(EPRT_FAMILY), family.at, family.len, number);
	part = address;
	for (unsigned i = 0; number == 1 && i < 4; i++) {
		struct text byte = text_until(&part, '.');
		uint64_t value;

		if (!text_decimal(&byte, &value) || value > UINT8_MAX)
			return;
		ip = ip << 8 | (uint32_t)value;
	}
	if (number == 1)
		tree_uint(d->tree, F(EPRT_IP), address.at, address.len, ip);
	if (text_decimal(&t, &port) && port <= UINT16_MAX)
		tree_uint(d->tree, F(EPRT_PORT), t.at, t.len, port);
}

static void say_request(struct dissect *d, struct text line)
{
	struct text all = line, command = text_word(&line);

	take_command(d, &command, all);
	if (command.len)
		say_text(d, F(COMMAND), &command);
	if (line.len)
		say_text(d, F(ARG), &line);
	if (text_is_nocase(&command, "PORT"))
		say_host_port(d, "PORT", line, F(ACTIVE_IP), F(ACTIVE_PORT));
	else if (text_is_nocase(&command, "EPRT"))
		say_extended_port(d, line);
}

static void say_response(struct dissect *d, struct text line)
{
	struct text code = text_first(line, CODE_LEN);
	uint64_t number = 0;

	if (code.len == CODE_LEN && text_decimal(&code, &number)) {
		d->item = tree_uint(d->tree, F(CODE), code.at, code.len, number);
		line = text_behind(line, CODE_LEN + 1);
	}
	if (line.len)
		say_text(d, F(RESPONSE_ARG), &line);
	if (number == REPLY_PASSIVE) {
		struct text inner = line;

		text_until(&inner, '(');
		inner = text_until(&inner, ')');
		say_host_port(d, "PASV", inner, F(PASSIVE_IP), F(PASSIVE_PORT));
	}
	if (number == REPLY_SECURE)
		starttls_agreed(d);
	if (number == REPLY_EPSV)
		say_extended_passive(d, line);
}

static void dissect_ftp(struct dissect *d, struct cursor *c)
{
	bool request = d->kept.destination_port == FTP_PORT;
	struct text line, whole;
	char shown[LINE_SHOWN_MAX];

	item_flag(tree_uint(d->tree, F(REQUEST), 0, 0, request), ITEM_HIDDEN);
	item_flag(tree_uint(d->tree, F(RESPONSE), 0, 0, !request), ITEM_HIDDEN);
	info_set(d, "%s: ", request ? "Request" : "Response");
	for (bool first = true; line_read(d, c, &line, &whole); first = false) {
		struct item *item;
		uint32_t before;

		if (first)
			info_add_text(d, &line);
		if (!d->tree && !first)
			continue;
		item = d->tree ? say_line(d, whole.at, whole.len, "%s", text_shown(&whole, shown))
			       : NULL;
		before = tree_open(d->tree, item);
		if (first && request)
			say_request(d, line);
		else if (first)
			say_response(d, line);
		tree_close(d->tree, before);
	}
	cursor_skip(c, cursor_left(c));
}

static void say_transfer(struct dissect *d, const struct announced *a)
{
	const struct announced_ftp *ftp = &a->ftp;

	item_flag(tree_uint(d->tree, FD(SETUP_FRAME), 0, 0, a->frame), ITEM_GENERATED);
	item_flag(tree_string(d->tree, FD(SETUP_METHOD), 0, 0, ftp->method), ITEM_GENERATED);
	info_add(d, " (%s)", ftp->method);
	if (!ftp->command_frame)
		return;
	item_flag(tree_bytes(d->tree, FD(COMMAND), 0, 0, ftp->command,
			     (uint32_t)strlen(ftp->command)),
		  ITEM_GENERATED);
	tree_uint(d->tree, FD(COMMAND_FRAME), 0, 0, ftp->command_frame);
	info_add(d, " (");
	info_add_escaped(d, ftp->command);
	info_add(d, ")");
}

static bool is_text(const struct cursor *c)
{
	struct text t = text_held(c);

	for (uint32_t i = 0; i < t.len; i++) {
		uint8_t byte = text_byte(&t, i);

		if (byte != '\r' && byte != '\n' && byte != '\t' && (byte < ' ' || byte > '~'))
			return false;
	}
	return true;
}

static void dissect_ftp_data(struct dissect *d, struct cursor *c)
{
	const struct announced *a = dissect_announced(d, PROTOCOL_FTP_DATA);
	uint32_t len = cursor_left(c);
	struct cursor data = *c;

	info_set(d, "FTP Data: %u bytes", len);
	say_title(d, " (%u bytes data)", len);
	if (a)
		say_transfer(d, a);
	cursor_skip(c, len);
	if (is_text(&data)) /* lines of text in Wireshark; of anything else it says no more */
		dissect_data(d, &data);
}

/* Data goes to a port that a client was given; a server's well-known port is that protocol's. */
static bool accept_ftp_data(const struct dissect *d, const struct cursor *c, bool by_port)
{
	(void)c;
	return by_port && (d->kept.source_port >= WELL_KNOWN_END ||
			   d->kept.destination_port >= WELL_KNOWN_END);
}

const struct dissector ftp_dissector = {fields, FTP_FIELDS, dissect_ftp, NULL};
const struct dissector ftp_data_dissector = {data_fields, DATA_FIELDS, dissect_ftp_data,
					     accept_ftp_data};
