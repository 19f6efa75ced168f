// How llhttp, the parser of Node.js, reads the bytes of a connection. For fuzz targets.
#pragma once

#include <llhttp.h>

#include "http1/reading.hpp"

namespace coachwhip::http1 {

struct LlhttpReading : Reading {
  llhttp_errno_t error = HPE_OK;  // the kind of the refusal
};

class LlhttpReader {
 public:
  LlhttpReader() {
    llhttp_settings_init(&settings_);
    settings_.on_message_begin = [](llhttp_t* parser) { return of(parser).begin(); };
    settings_.on_method = [](llhttp_t* parser, const char* at, std::size_t size) {
      return append(of(parser).message_.method, at, size);
    };
    settings_.on_url = [](llhttp_t* parser, const char* at, std::size_t size) {
      return append(of(parser).message_.target, at, size);
    };
    settings_.on_header_field = [](llhttp_t* parser, const char* at, std::size_t size) {
      return append(of(parser).name_, at, size);
    };
    settings_.on_header_value = [](llhttp_t* parser, const char* at, std::size_t size) {
      return append(of(parser).value_, at, size);
    };
    settings_.on_header_value_complete = [](llhttp_t* parser) { return of(parser).end_field(); };
    settings_.on_headers_complete = [](llhttp_t* parser) { return of(parser).end_head(); };
    settings_.on_body = [](llhttp_t* parser, const char* at, std::size_t size) {
      return append(of(parser).message_.content, at, size);
    };
    settings_.on_message_complete = [](llhttp_t* parser) { return of(parser).end(); };
    llhttp_init(&parser_, HTTP_REQUEST, &settings_);
    parser_.data = this;
  }
  LlhttpReader(const LlhttpReader&) = delete;
  LlhttpReader& operator=(const LlhttpReader&) = delete;

  // Once.
  LlhttpReading read(Bytes input) {
    const char* at = input.data();
    const char* const end = at + input.size();
    while (at != end) {
      const llhttp_errno_t error = llhttp_execute(&parser_, at, static_cast<std::size_t>(end - at));
      if (error == HPE_OK) break;
      at = llhttp_get_error_pos(&parser_);
      if (error == HPE_PAUSED) {  // at the end of a message
        reading_.messages.back().end = static_cast<std::size_t>(at - input.data());
        if (!reading_.messages.back().keep_alive) break;
        llhttp_resume(&parser_);
      } else if (error == HPE_PAUSED_UPGRADE) {  // which we never accept
        llhttp_resume_after_upgrade(&parser_);
      } else {
        reading_.error = error;
        reading_.refusal = llhttp_get_error_reason(&parser_);
        break;
      }
    }
    return std::move(reading_);
  }

 private:
  static LlhttpReader& of(llhttp_t* parser) { return *static_cast<LlhttpReader*>(parser->data); }

  static int append(std::string& text, const char* at, std::size_t size) {
    text.append(at, size);
    return 0;
  }

  int begin() {
    message_ = {};
    is_in_head_ = true;
    return 0;
  }
  int end_field() {
    if (is_in_head_) message_.fields.emplace_back(name_, trim(value_));
    name_.clear();
    value_.clear();
    return 0;
  }
  int end_head() {
    is_in_head_ = false;
    message_.minor_version = parser_.http_minor;
    return 0;
  }
  int end() {
    message_.keep_alive = llhttp_should_keep_alive(&parser_) != 0;
    reading_.messages.push_back(std::move(message_));
    return HPE_PAUSED;
  }

  llhttp_settings_t settings_{};
  llhttp_t parser_{};
  LlhttpReading reading_;
  Message message_;
  std::string name_;
  std::string value_;
  bool is_in_head_ = true;
};

}  // namespace coachwhip::http1
