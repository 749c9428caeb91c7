// SPDX-License-Identifier: Apache-2.0
// NetBIOS names in the first-level encoding of RFC 1001 s. 14.1.
#include "proto/netbios_name.h"

#include <stdio.h>
#include <string.h>

#include "wire/field.h"

#define PLAIN_LEN (NETBIOS_NAME_LEN - 1)

/* The bytes that Microsoft and others gave a meaning. */
static const struct value_name services[] = {
	VALUE(0x00, "Workstation/Redirector"),
	VALUE(0x01, "Browser"),
	VALUE(0x02, "Workstation/Redirector"),
	VALUE(0x03, "Messenger service/Main name"),
	VALUE(0x05, "Forwarded name"),
	VALUE(0x06, "RAS Server service"),
	VALUE(0x1b, "Domain Master Browser"),
	VALUE(0x1c, "Domain Controllers"),
	VALUE(0x1d, "Local Master Browser"),
	VALUE(0x1e, "Browser Election Service"),
	VALUE(0x1f, "Net DDE Service"),
	VALUE(0x20, "Server service"),
	VALUE(0x21, "RAS client service"),
	VALUE(0x22, "Exchange Interchange (MSMail Connector)"),
	VALUE(0x23, "Exchange Store"),
	VALUE(0x24, "Exchange Directory"),
	VALUE(0x2b, "Lotus Notes Server service"),
	VALUE(0x30, "Modem sharing server service"),
	VALUE(0x31, "Modem sharing client service"),
	VALUE(0x43, "SMS Clients Remote Control"),
	VALUE(0x44, "SMS Administrators Remote Control Tool"),
	VALUE(0x45, "SMS Clients Remote Chat"),
	VALUE(0x46, "SMS Clients Remote Transfer"),
	VALUE(0x4c, "DEC Pathworks TCP/IP Service on Windows NT"),
	VALUE(0x52, "DEC Pathworks TCP/IP Service on Windows NT"),
	VALUE(0x6a, "Microsoft Exchange IMC"),
	VALUE(0x87, "Microsoft Exchange MTA"),
	VALUE(0xbe, "Network Monitor Agent"),
	VALUE(0xbf, "Network Monitor Analyzer"),
	VALUE_END,
};

const char *netbios_service(uint8_t last)
{
	const char *name = value_name(services, last);

	return name ? name : "Unknown";
}

void netbios_name_plain(const uint8_t bytes[static NETBIOS_NAME_LEN],
			char out[static NETBIOS_NAME_TEXT_MAX])
{
	size_t used = 0, len = PLAIN_LEN;

	while (len && bytes[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] >= 0x20 && bytes[i] < 0x7f)
			out[used++] = (char)bytes[i];
		else
			used += (size_t)snprintf(out + used, NETBIOS_NAME_TEXT_MAX - used, "<%02x>",
						 bytes[i]);
	}
	out[used] = '\0';
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * The bytes of a label of len letters; NULL when they are a name, else why not. More than 16 are
 * cut: the first ones count.
 */
static const char *decode(const char *label, size_t len, uint8_t bytes[static NETBIOS_NAME_LEN],
			  size_t *ret_count)
{
	size_t count = 0;

	*ret_count = 0;
	if (!len)
		return "1st character not between A and Z in first-level encoding";
	for (size_t i = 0; i < len && count < NETBIOS_NAME_LEN; i += 2) {
		if (!is_letter(label[i]))
			return "1st character not between A and Z in first-level encoding";
		if (i + 1 == len)
			return "odd number of bytes";
		if (!is_letter(label[i + 1]))
			return "2nd character not between A and Z in first-level encoding";
		bytes[count++] = (uint8_t)((label[i] - 'A') << 4 | (label[i + 1] - 'A'));
	}
	*ret_count = count;
	return count == NETBIOS_NAME_LEN ? NULL : "";
}

void netbios_name_read(struct dns_reader *reader, struct cursor *c, struct netbios_name *ret_name)
{
	uint8_t bytes[NETBIOS_NAME_LEN] = {0};
	const char *wrong, *dot;
	struct dns_name name;
	size_t label, count, used;

	ret_name->text[0] = '\0';
	ret_name->service = NULL;
	dns_name_read(reader, c, &name);
	if (!cursor_ok(c))
		return;
	dot = memchr(name.bytes, '.', name.len);
	label = dot ? (size_t)(dot - name.bytes) : name.len;
	wrong = decode(name.bytes, label, bytes, &count);
	if (wrong && *wrong) {
		snprintf(ret_name->text, sizeof(ret_name->text), "Illegal NetBIOS name (%s)",
			 wrong);
		return;
	}
	if (wrong) {
		snprintf(ret_name->text, sizeof(ret_name->text),
			 "Illegal NetBIOS name (%zu bytes long)", count);
		return;
	}
	netbios_name_plain(bytes, ret_name->text);
	used = strlen(ret_name->text);
	snprintf(ret_name->text + used, sizeof(ret_name->text) - used, "<%02x>%.*s",
		 bytes[PLAIN_LEN], (int)(name.len - label), name.bytes + label);
	ret_name->service = netbios_service(bytes[PLAIN_LEN]);
}
