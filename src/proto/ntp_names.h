/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the numbers of NTP (RFC 5905, RFC 9327; those of private messages as ntpd has them). */
#ifndef SONDE_PROTO_NTP_NAMES_H
#define SONDE_PROTO_NTP_NAMES_H

#include "wire/field.h"

extern const struct value_name ntp_leap_names[];
extern const struct value_name ntp_version_names[];
extern const struct value_name ntp_mode_names[];
extern const struct value_name ntp_ext_names[];
extern const struct value_name ntp_response_names[];
extern const struct value_name ntp_opcode_names[];
extern const struct value_name ntp_request_names[];
extern const struct value_name ntp_impl_names[];
extern const struct value_name ntp_err_names[];
extern const struct value_name ntp_err_status_names[];
extern const struct value_name ntp_sys_li_names[];
extern const struct value_name ntp_sys_clksrc_names[];
extern const struct value_name ntp_sys_code_names[];
extern const struct value_name ntp_peer_selection_names[];
extern const struct value_name ntp_peer_code_names[];
extern const struct value_name ntp_stratum_names[];

#endif
