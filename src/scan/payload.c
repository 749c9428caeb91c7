// SPDX-License-Identifier: Apache-2.0
// What UDP probes carry: a question in the port's own protocol, since programs ignore the rest.
#include "scan/payload.h"

#include "scan/payload_message.h"
#include "wire/build.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Which messages ask which port; several of one port take turns in this order. */
static const struct {
	uint16_t port;
	enum payload_message message;
} rows[] = {
	{7, MESSAGE_ECHO},
	{53, MESSAGE_DNS_VERSION},
	{53, MESSAGE_DNS_ROOT},
	{69, MESSAGE_TFTP},
	{88, MESSAGE_KERBEROS},
	{111, MESSAGE_RPC_PORTMAP},
	{123, MESSAGE_NTP},
	{137, MESSAGE_NETBIOS},
	{161, MESSAGE_SNMP_V3},
	{161, MESSAGE_SNMP_V1},
	{177, MESSAGE_XDMCP},
	{389, MESSAGE_CLDAP},
	{427, MESSAGE_SLP},
	{443, MESSAGE_QUIC},
	{443, MESSAGE_DTLS},
	{500, MESSAGE_IKE_V2},
	{500, MESSAGE_IKE_V1},
	{520, MESSAGE_RIP},
	{623, MESSAGE_RMCP},
	{853, MESSAGE_QUIC},
	{853, MESSAGE_DTLS},
	{1194, MESSAGE_OPENVPN},
	{1434, MESSAGE_SQL_BROWSER},
	{1645, MESSAGE_RADIUS},
	{1701, MESSAGE_L2TP},
	{1812, MESSAGE_RADIUS},
	{1900, MESSAGE_SSDP},
	{2049, MESSAGE_RPC_NFS},
	{2123, MESSAGE_GTP},
	{2152, MESSAGE_GTP},
	{3391, MESSAGE_DTLS},
	{3478, MESSAGE_STUN},
	{4433, MESSAGE_DTLS},
	{4500, MESSAGE_IKE_V2_MARKED},
	{4500, MESSAGE_IKE_V1_MARKED},
	{5060, MESSAGE_SIP},
	{5349, MESSAGE_DTLS},
	{5351, MESSAGE_NAT_PMP},
	{5353, MESSAGE_MDNS},
	{5683, MESSAGE_COAP},
	{5684, MESSAGE_DTLS},
	{6881, MESSAGE_BITTORRENT},
	{8443, MESSAGE_QUIC},
	{10001, MESSAGE_UBIQUITI},
	{10161, MESSAGE_DTLS},
	{11211, MESSAGE_MEMCACHED},
	{27015, MESSAGE_SOURCE_ENGINE},
	{47808, MESSAGE_BACNET},
	{64738, MESSAGE_MUMBLE},
};

bool payload_port_row(uint16_t port, unsigned *ret_row)
{
	unsigned row = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].port == port) {
			*ret_row = row;
			return true;
		}
		row += i + 1 == COUNT(rows) || rows[i + 1].port != rows[i].port;
	}
	return false;
}

unsigned payload_count(uint16_t port)
{
	unsigned count = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		count += rows[i].port == port;
	return count;
}

size_t payload_write(uint16_t port, unsigned which, uint32_t cookie,
		     uint8_t ret_bytes[static PAYLOAD_MAX])
{
	struct build b = build_init(ret_bytes, PAYLOAD_MAX);
	unsigned count = payload_count(port), at = count ? which % count : 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].port != port || at--)
			continue;
		payload_message_write(&b, rows[i].message, cookie);
		break;
	}
	return b.full ? 0 : b.len;
}

bool payload_at(size_t row, uint16_t *ret_port, enum payload_message *ret_message)
{
	if (row >= COUNT(rows))
		return false;
	*ret_port = rows[row].port;
	*ret_message = rows[row].message;
	return true;
}
