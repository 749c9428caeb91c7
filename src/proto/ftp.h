/* SPDX-License-Identifier: Apache-2.0 */
/* The File Transfer Protocol (RFC 959, RFC 2428): commands and replies; data by its port. */
#ifndef SONDE_PROTO_FTP_H
#define SONDE_PROTO_FTP_H

#include "proto/registry.h"

extern const struct dissector ftp_dissector;
extern const struct dissector ftp_data_dissector;

#endif
