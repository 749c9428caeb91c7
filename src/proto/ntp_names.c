// SPDX-License-Identifier: Apache-2.0
// The names of the numbers of NTP (RFC 5905, RFC 9327; those of private messages as ntpd has them).
#include "proto/ntp_names.h"

const struct value_name ntp_leap_names[] = {
	VALUE(0, "no warning"),
	VALUE(1, "last minute of the day has 61 seconds"),
	VALUE(2, "last minute of the day has 59 seconds"),
	VALUE(3, "unknown (clock unsynchronized)"),
	VALUE_END,
};

const struct value_name ntp_version_names[] = {
	VALUE(0, "reserved"),      VALUE(1, "NTP Version 1"), VALUE(2, "NTP Version 2"),
	VALUE(3, "NTP Version 3"), VALUE(4, "NTP Version 4"), VALUE(5, "reserved"),
	VALUE(6, "reserved"),      VALUE(7, "reserved"),      VALUE_END,
};

const struct value_name ntp_mode_names[] = {
	VALUE(0, "reserved"),
	VALUE(1, "symmetric active"),
	VALUE(2, "symmetric passive"),
	VALUE(3, "client"),
	VALUE(4, "server"),
	VALUE(5, "broadcast"),
	VALUE(6, "reserved for NTP control message"),
	VALUE(7, "reserved for private use"),
	VALUE_END,
};

const struct value_name ntp_ext_names[] = {
	VALUE(0x2, "No-Operation Request"),
	VALUE(0x102, "Association Message Request"),
	VALUE(0x104, "Unique Identifier"),
	VALUE(0x202, "Certificate Message Request"),
	VALUE(0x204, "NTS Cookie"),
	VALUE(0x302, "Cookie Message Request"),
	VALUE(0x304, "NTS Cookie Placeholder"),
	VALUE(0x402, "Autokey Message Request"),
	VALUE(0x404, "NTS Authenticator and Encrypted Extension Fields"),
	VALUE(0x502, "Leapseconds Message Request"),
	VALUE(0x602, "Sign Message Request"),
	VALUE(0x702, "IFF Identity Message Request"),
	VALUE(0x802, "GQ Identity Message Request"),
	VALUE(0x902, "MV Identity Message Request"),
	VALUE(0x2005, "Checksum Complement"),
	VALUE(0x8002, "No-Operation Response"),
	VALUE(0x8102, "Association Message Response"),
	VALUE(0x8202, "Certificate Message Response"),
	VALUE(0x8302, "Cookie Message Response"),
	VALUE(0x8402, "Autokey Message Response"),
	VALUE(0x8502, "Leapseconds Message Response"),
	VALUE(0x8602, "Sign Message Response"),
	VALUE(0x8702, "IFF Identity Message Response"),
	VALUE(0x8802, "GQ Identity Message Response"),
	VALUE(0x8902, "MV Identity Message Response"),
	VALUE(0xc002, "No-Operation Error Response"),
	VALUE(0xc102, "Association Message Error Response"),
	VALUE(0xc202, "Certificate Message Error Response"),
	VALUE(0xc302, "Cookie Message Error Response"),
	VALUE(0xc402, "Autokey Message Error Response"),
	VALUE(0xc502, "Leapseconds Message Error Response"),
	VALUE(0xc602, "Sign Message Error Response"),
	VALUE(0xc702, "IFF Identity Message Error Response"),
	VALUE(0xc802, "GQ Identity Message Error Response"),
	VALUE(0xc902, "MV Identity Message Error Response"),
	VALUE_END,
};

const struct value_name ntp_response_names[] = {
	VALUE(0, "Request"),
	VALUE(1, "Response"),
	VALUE_END,
};

const struct value_name ntp_opcode_names[] = {
	VALUE(0, "reserved"),
	VALUE(1, "read status"),
	VALUE(2, "read variables"),
	VALUE(3, "write variables"),
	VALUE(4, "read clock variables"),
	VALUE(5, "write clock variables"),
	VALUE(6, "set trap address/port"),
	VALUE(7, "asynchronous message"),
	VALUE(8, "runtime configuration"),
	VALUE(9, "save config to file"),
	VALUE(10, "retrieve MRU (mrulist)"),
	VALUE(11, "retrieve ordered list"),
	VALUE(12, "request a client nonce"),
	VALUE(31, "unset trap address/port"),
	VALUE_END,
};

const struct value_name ntp_request_names[] = {
	VALUE(0, "PEER_LIST"),         VALUE(1, "PEER_LIST_SUM"),
	VALUE(2, "PEER_INFO"),         VALUE(3, "PEER_STATS"),
	VALUE(4, "SYS_INFO"),          VALUE(5, "SYS_STATS"),
	VALUE(6, "IO_STATS"),          VALUE(7, "MEM_STATS"),
	VALUE(8, "LOOP_INFO"),         VALUE(9, "TIMER_STATS"),
	VALUE(10, "CONFIG"),           VALUE(11, "UNCONFIG"),
	VALUE(12, "SET_SYS_FLAG"),     VALUE(13, "CLR_SYS_FLAG"),
	VALUE(14, "MONITOR"),          VALUE(15, "NOMONITOR"),
	VALUE(16, "GET_RESTRICT"),     VALUE(17, "RESADDFLAGS"),
	VALUE(18, "RESSUBFLAGS"),      VALUE(19, "UNRESTRICT"),
	VALUE(20, "MON_GETLIST"),      VALUE(21, "RESET_STATS"),
	VALUE(22, "RESET_PEER"),       VALUE(23, "REREAD_KEYS"),
	VALUE(24, "DO_DIRTY_HACK"),    VALUE(25, "DONT_DIRTY_HACK"),
	VALUE(26, "TRUSTKEY"),         VALUE(27, "UNTRUSTKEY"),
	VALUE(28, "AUTHINFO"),         VALUE(29, "TRAPS"),
	VALUE(30, "ADD_TRAP"),         VALUE(31, "CLR_TRAP"),
	VALUE(32, "REQUEST_KEY"),      VALUE(33, "CONTROL_KEY"),
	VALUE(34, "GET_CTLSTATS"),     VALUE(35, "GET_LEAPINFO"),
	VALUE(36, "GET_CLOCKINFO"),    VALUE(37, "SET_CLKFUDGE"),
	VALUE(38, "GET_KERNEL"),       VALUE(39, "GET_CLKBUGINFO"),
	VALUE(41, "SET_PRECISION"),    VALUE(42, "MON_GETLIST_1"),
	VALUE(43, "HOSTNAME_ASSOCID"), VALUE(44, "IF_STATS"),
	VALUE(45, "IF_RELOAD"),        VALUE_END,
};

const struct value_name ntp_impl_names[] = {
	VALUE(0, "UNIV"),
	VALUE(2, "XNTPD_OLD (pre-IPv6)"),
	VALUE(3, "XNTPD"),
	VALUE_END,
};

const struct value_name ntp_err_names[] = {
	VALUE(0x0, "No error"),
	VALUE(0x1, "incompatible implementation number"),
	VALUE(0x2, "unimplemented request code"),
	VALUE(0x3, "format error"),
	VALUE(0x4, "no data available"),
	VALUE(0x5, "unknown"),
	VALUE(0x6, "unknown"),
	VALUE(0x7, "authentication failure"),
	VALUE_END,
};

const struct value_name ntp_err_status_names[] = {
	VALUE(0, "unspecified"),
	VALUE(1, "authentication failure"),
	VALUE(2, "invalid message length or format"),
	VALUE(3, "invalid opcode"),
	VALUE(4, "unknown association identifier"),
	VALUE(5, "unknown variable name"),
	VALUE(6, "invalid variable value"),
	VALUE(7, "administratively prohibited"),
	VALUE_END,
};

const struct value_name ntp_sys_li_names[] = {
	VALUE(0, "no warning"),
	VALUE(1, "last minute of the day has 61 seconds"),
	VALUE(2, "last minute of the day has 59 seconds"),
	VALUE(3, "unknown (clock unsynchronized)"),
	VALUE_END,
};

const struct value_name ntp_sys_clksrc_names[] = {
	VALUE(0, "unspecified or unknown"),
	VALUE(1, "Calibrated atomic clock (e.g. HP 5061)"),
	VALUE(2, "VLF (band 4) or LF (band 5) radio (e.g. OMEGA, WWVB)"),
	VALUE(3, "HF (band 7) radio (e.g. CHU, MSF, WWV/H)"),
	VALUE(4, "UHF (band 9) satellite (e.g. GOES, GPS)"),
	VALUE(5, "local net (e.g. DCN, TSP, DTS)"),
	VALUE(6, "UDP/NTP"),
	VALUE(7, "UDP/TIME"),
	VALUE(8, "eyeball-and-wristwatch"),
	VALUE(9, "telephone modem (e.g. NIST)"),
	VALUE_END,
};

const struct value_name ntp_sys_code_names[] = {
	VALUE(0, "unspecified"),
	VALUE(1, "frequency correction (drift) file not available"),
	VALUE(2, "frequency correction started (frequency stepped)"),
	VALUE(3, "spike detected and ignored, starting stepout timer"),
	VALUE(4, "frequency training started"),
	VALUE(5, "clock synchronized"),
	VALUE(6, "system restart"),
	VALUE(7, "panic stop (required step greater than panic threshold)"),
	VALUE(8, "no system peer"),
	VALUE(9, "leap second insertion/deletion armed"),
	VALUE(10, "leap second disarmed"),
	VALUE(11, "leap second inserted or deleted"),
	VALUE(12, "clock stepped (stepout timer expired)"),
	VALUE(13, "kernel loop discipline status changed"),
	VALUE(14, "leapseconds table loaded from file"),
	VALUE(15, "leapseconds table outdated, updated file needed"),
	VALUE_END,
};

const struct value_name ntp_peer_selection_names[] = {
	VALUE(0, "rejected"),
	VALUE(1, "passed sanity checks (tests 1 through 8 in Section 3.4.3)"),
	VALUE(2, "passed correctness checks (intersection algorithm in Section 4.2.1)"),
	VALUE(3, "passed candidate checks (if limit check implemented)"),
	VALUE(4, "passed outlier checks (clustering algorithm in Section 4.2.2)"),
	VALUE(5,
	      "current synchronization source; max distance exceeded (if limit check implemented)"),
	VALUE(6, "current synchronization source; max distance okay"),
	VALUE(7, "reserved"),
	VALUE_END,
};

const struct value_name ntp_peer_code_names[] = {
	VALUE(0, "unspecified"),
	VALUE(1, "association mobilized"),
	VALUE(2, "association demobilized"),
	VALUE(3, "peer unreachable (peer.reach was nonzero now zero)"),
	VALUE(4, "peer reachable (peer.reach was zero now nonzero)"),
	VALUE(5, "association restarted or timed out"),
	VALUE(6, "no server found (ntpdate mode)"),
	VALUE(7, "rate exceeded (kiss code RATE)"),
	VALUE(8, "access denied (kiss code DENY)"),
	VALUE(9, "leap armed from server LI code"),
	VALUE(10, "become system peer"),
	VALUE(11, "reference clock event (see clock status word)"),
	VALUE(12, "authentication failure"),
	VALUE(13, "popcorn spike suppressor"),
	VALUE(14, "entering interleave mode"),
	VALUE(15, "interleave error (recovered)"),
	VALUE(16, "leapsecond values update from server"),
	VALUE_END,
};

const struct value_name ntp_stratum_names[] = {
	VALUE(0, "unspecified or invalid"),
	VALUE(1, "primary reference"),
	{2, 15, "secondary reference"},
	VALUE(16, "unsynchronized"),
	{17, 255, "reserved"},
	VALUE_END,
};
