/* SPDX-License-Identifier: Apache-2.0 */
/* The classic BPF program that lets only the scan's own kind of traffic into the ring. */
#ifndef SONDE_NET_FILTER_H
#define SONDE_NET_FILTER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define FILTER_DNS_PORTS_MAX 8
#define FILTER_CODE_MAX      128

/*
 * What passes, whatever the link type: ARP; ICMP and ICMPv6; every IPv4 fragment; every IPv6 packet
 * with an extension header; TCP and UDP with source or destination port in [port_low, port_high] or
 * in dns_ports. All else is dropped, so is a packet too short
 * to show its ports. Host byte order.
 */
struct filter {
	uint16_t port_low;
	uint16_t port_high;
	uint16_t dns_ports[FILTER_DNS_PORTS_MAX];
	size_t n_dns_ports;
};

/*
 * Writes the program for a packet socket into code; returns its number of instructions (always
 * below FILTER_CODE_MAX). The loads are relative to the network header (SKF_NET_OFF), so one
 * program serves Ethernet, VLAN and headerless devices at once.
 */
size_t filter_build(const struct filter *filter, struct sock_filter code[static FILTER_CODE_MAX]);

/*
 * Appends the same filter in libpcap's language, to be kept in capture files: close to it, though
 * libpcap can name only the IPv6 headers that come first.
 */
void filter_text(const struct filter *filter, struct buf *out);

#endif
