// SPDX-License-Identifier: Apache-2.0
// The names of the numbers of ICMPv6 (IANA, "ICMPv6 Parameters", "RPL").
#include "proto/icmpv6_names.h"

const struct value_name icmpv6_type_names[] = {
	VALUE(1, "Destination Unreachable"),
	VALUE(2, "Packet Too Big"),
	VALUE(3, "Time Exceeded"),
	VALUE(4, "Parameter Problem"),
	VALUE(100, "Private experimentation"),
	VALUE(101, "Private experimentation"),
	VALUE(127, "Reserved for expansion of ICMPv6 error messages"),
	VALUE(128, "Echo (ping) request"),
	VALUE(129, "Echo (ping) reply"),
	VALUE(130, "Multicast Listener Query"),
	VALUE(131, "Multicast Listener Report"),
	VALUE(132, "Multicast Listener Done"),
	VALUE(133, "Router Solicitation"),
	VALUE(134, "Router Advertisement"),
	VALUE(135, "Neighbor Solicitation"),
	VALUE(136, "Neighbor Advertisement"),
	VALUE(137, "Redirect"),
	VALUE(138, "Router Renumbering"),
	VALUE(139, "Node Information Query"),
	VALUE(140, "Node Information Reply"),
	VALUE(141, "Inverse Neighbor Discovery Solicitation"),
	VALUE(142, "Inverse Neighbor Discovery Advertisement"),
	VALUE(143, "Multicast Listener Report Message v2"),
	VALUE(144, "Home Agent Address Discovery Request"),
	VALUE(145, "Home Agent Address Discovery Reply"),
	VALUE(146, "Mobile Prefix Solicitation"),
	VALUE(147, "Mobile Prefix Advertisement"),
	VALUE(148, "Certification Path Solicitation"),
	VALUE(149, "Certification Path Advertisement"),
	VALUE(150, "Experimental Mobility"),
	VALUE(151, "Multicast Router Advertisement"),
	VALUE(152, "Multicast Router Solicitation"),
	VALUE(153, "Multicast Router Termination"),
	VALUE(154, "FMIPv6"),
	VALUE(155, "RPL Control"),
	VALUE(156, "Locator Update"),
	VALUE(157, "Duplicate Address Request"),
	VALUE(158, "Duplicate Address Confirmation"),
	VALUE(159, "MPL Control Message"),
	VALUE(160, "Extended Echo request"),
	VALUE(161, "Extended Echo reply"),
	VALUE(200, "Private experimentation"),
	VALUE(201, "Private experimentation"),
	VALUE(255, "Reserved for expansion of ICMPv6 informational messages"),
	VALUE_END,
};

const struct value_name icmpv6_nd_ra_flag_prf_names[] = {
	VALUE(0, "Medium"), VALUE(1, "High"), VALUE(2, "Reserved"), VALUE(3, "Low"), VALUE_END,
};

const struct value_name icmpv6_opt_type_names[] = {
	VALUE(1, "Source link-layer address"),
	VALUE(2, "Target link-layer address"),
	VALUE(3, "Prefix information"),
	VALUE(4, "Redirected header"),
	VALUE(5, "MTU"),
	VALUE(6, "NBMA Shortcut Limit Option"),
	VALUE(7, "Advertisement Interval"),
	VALUE(8, "Home Agent Information"),
	VALUE(9, "Source Address List"),
	VALUE(10, "Target Address List"),
	VALUE(11, "CGA"),
	VALUE(12, "RSA Signature"),
	VALUE(13, "Timestamp"),
	VALUE(14, "Nonce"),
	VALUE(15, "Trust Anchor"),
	VALUE(16, "Certificate"),
	VALUE(17, "IP Address/Prefix Option"),
	VALUE(18, "New Router Prefix Information"),
	VALUE(19, "Link-layer Address"),
	VALUE(20, "Neighbor Advertisement Acknowledgment"),
	VALUE(23, "MAP"),
	VALUE(24, "Route Information"),
	VALUE(25, "Recursive DNS Server"),
	VALUE(26, "RA Flags Extension"),
	VALUE(27, "Handover Key Request"),
	VALUE(28, "Handover Key Reply"),
	VALUE(29, "Handover Assist Information"),
	VALUE(30, "Mobile Node Identifier Option"),
	VALUE(31, "DNS Search List Option"),
	VALUE(32, "Proxy Signature (PS)"),
	VALUE(33, "Address Registration Option"),
	VALUE(34, "6LoWPAN Context Option"),
	VALUE(35, "Authoritative Border Router"),
	VALUE(36, "6LoWPAN Capability Indication Option"),
	VALUE(37, "DHCP Captive-Portal"),
	VALUE(38, "PREF64 Option"),
	VALUE(138, "CARD Request"),
	VALUE(139, "CARD Reply"),
	VALUE(253, "RFC3692-style Experiment 1"),
	VALUE(254, "RFC3692-style Experiment 2"),
	VALUE_END,
};

const struct value_name icmpv6_opt_prefix_valid_lifetime_names[] = {
	VALUE(0xffffffff, "Infinity"),
	VALUE_END,
};

const struct value_name icmpv6_opt_prefix_preferred_lifetime_names[] = {
	VALUE(0xffffffff, "Infinity"),
	VALUE_END,
};

const struct value_name icmpv6_opt_route_info_flag_route_preference_names[] = {
	VALUE(0, "Medium"), VALUE(1, "High"), VALUE(2, "Reserved"), VALUE(3, "Low"), VALUE_END,
};

const struct value_name icmpv6_opt_route_lifetime_names[] = {
	VALUE(0xffffffff, "Infinity"),
	VALUE_END,
};

const struct value_name icmpv6_opt_rdnss_lifetime_names[] = {
	VALUE(0, "RDNSS address MUST no longer be used"),
	VALUE(0xffffffff, "Infinity"),
	VALUE_END,
};

const struct value_name icmpv6_opt_dnssl_lifetime_names[] = {
	VALUE(0, "DNSSL domain name MUST no longer be used"),
	VALUE(0xffffffff, "Infinity"),
	VALUE_END,
};

const struct value_name icmpv6_opt_pref64_plc_names[] = {
	VALUE(0, "96 bits prefix length"),
	VALUE(1, "64 bits prefix length"),
	VALUE(2, "56 bits prefix length"),
	VALUE(3, "48 bits prefix length"),
	VALUE(4, "40 bits prefix length"),
	VALUE(5, "32 bits prefix length"),
	VALUE_END,
};

const struct value_name icmpv6_opt_efo_prf_names[] = {
	VALUE(0, "Medium"), VALUE(1, "High"), VALUE(2, "Reserved"), VALUE(3, "Low"), VALUE_END,
};

const struct value_name icmpv6_mldr_mar_record_type_names[] = {
	VALUE(1, "Include"),
	VALUE(2, "Exclude"),
	VALUE(3, "Changed to include"),
	VALUE(4, "Changed to exclude"),
	VALUE(5, "Allow new sources"),
	VALUE(6, "Block old sources"),
	VALUE_END,
};

const struct value_name icmpv6_ni_qtype_names[] = {
	VALUE(0, "NOOP"),
	VALUE(1, "Supported query types (Obsolete)"),
	VALUE(2, "Node Name"),
	VALUE(3, "Node addresses"),
	VALUE(4, "IPv4 node addresses"),
	VALUE_END,
};

const struct value_name icmpv6_ext_echo_rsp_state_names[] = {
	VALUE(0, "Reserved"), VALUE(1, "Incomplete"), VALUE(2, "Reachable"), VALUE(3, "Stale"),
	VALUE(4, "Delay"),    VALUE(5, "Probe"),      VALUE(6, "Failed"),    VALUE_END,
};

const struct value_name icmpv6_rr_pco_mp_opcode_names[] = {
	VALUE(1, "Add"),
	VALUE(2, "Change"),
	VALUE(3, "Set Global"),
	VALUE_END,
};

const struct value_name icmpv6_rr_pco_up_validlifetime_names[] = {
	VALUE(4294967295, "Infinity"),
	VALUE_END,
};

const struct value_name icmpv6_rpl_dio_flag_mop_names[] = {
	VALUE(0, "No Downward routes maintained by RPL"),
	VALUE(1, "Non-Storing Mode of Operation"),
	VALUE(2, "Storing Mode of Operation with no multicast support"),
	VALUE(3, "Storing Mode of Operation with multicast support"),
	VALUE(4, "P2P Route Discovery Mode of Operation"),
	VALUE_END,
};

const struct value_name icmpv6_rpl_opt_type_names[] = {
	VALUE(0, "1-byte padding"),       VALUE(1, "n-byte padding"),
	VALUE(2, "DAG Metric container"), VALUE(3, "Routing Information"),
	VALUE(4, "DODAG configuration"),  VALUE(5, "RPL Target"),
	VALUE(6, "Transit Information"),  VALUE(7, "Solicited Information"),
	VALUE(8, "Prefix Information"),   VALUE(9, "RPL Target Descriptor"),
	VALUE(10, "P2P Route Discovery"), VALUE_END,
};
