#include "config/discovery.hpp"

#include <gtest/gtest.h>

#include "config/test_folder.hpp"

namespace coachwhip::config {
namespace {

std::string target_in(const TestFolder& folder) {
  const auto found = discover(folder.path());
  return found ? found->target : "nothing";
}

std::string target_of_app(const std::string& source) {
  const TestFolder folder;
  folder.write("app.py", source);
  return target_in(folder);
}

constexpr const char* manage =
    "#!/usr/bin/env python\nimport os\n\n"
    "def main():\n    os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n";

TEST(Discovery, ADjangoProjectIsKnownByItsManagePy) {
  const TestFolder folder;
  folder.write("manage.py", manage);
  folder.write("shop/wsgi.py", "application = get_wsgi_application()\n");
  folder.write("app.py", "app = 1\n");
  const auto found = discover(folder.path());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->target, "shop.wsgi:application");
  EXPECT_EQ(found->reason, "manage.py names shop.settings");
}

TEST(Discovery, SettingsMayLieDeeperThanWsgiPy) {
  const TestFolder folder;
  folder.write("manage.py", "os.environ['DJANGO_SETTINGS_MODULE'] = 'web.config.settings.local'\n");
  folder.write("web/config/wsgi.py", "");
  EXPECT_EQ(target_in(folder), "web.config.wsgi:application");
}

TEST(Discovery, AManagePyWithoutAWsgiPyLeavesTheTurnToOthers) {
  const TestFolder folder;
  folder.write("manage.py", manage);
  EXPECT_EQ(target_in(folder), "nothing");
  folder.write("main.py", "app = Flask(__name__)\n");
  EXPECT_EQ(target_in(folder), "main:app");
}

TEST(Discovery, FilesHaveAnOrder) {
  const TestFolder folder;
  folder.write("main.py", "app = 1\n");
  EXPECT_EQ(target_in(folder), "main:app");
  folder.write("app.py", "app = 1\n");
  EXPECT_EQ(target_in(folder), "app:app");
  folder.write("wsgi.py", "app = 1\napplication = app\n");
  const auto found = discover(folder.path());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->target, "wsgi:application");
  EXPECT_EQ(found->reason, "wsgi.py:2 binds application");
}

TEST(Discovery, EveryWayToBindANameGlobally) {
  for (const char* source :
       {"app = Flask(__name__)\n", "app=make()", "app: Flask = Flask(__name__)\r\n",
        "import os\n\ndef app(environ, start_response):\n", "def  app (environ, start):\n",
        "class app:\n", "class app(Base):\n", "async def app(scope, receive, send):\n",
        "from site import app\n", "from site import (x, app)  # y\n",
        "from a.b import main as app\n", "from . import urls, app\n"}) {
    EXPECT_EQ(target_of_app(source), "app:app") << source;
  }
}

TEST(Discovery, WhatBindsNoApplication) {
  for (const char* source :
       {"", "  app = 1\n", "if x:\n    app = 1\n", "app == 1\n", "app.debug = True\n", "apps = 1\n",
        "my_app = 1\n", "app(x=1)\n", "app: Flask\n", "# app = 1\n", "from app import main\n",
        "from site import app as other\n", "from x import y # , app\n",
        "\"\"\"Example:\napp = Flask(__name__)\n\"\"\"\n", "'''\napp = 1\n'''\n", "def apply():\n",
        "define = 1\n"}) {
    EXPECT_EQ(target_of_app(source), "nothing") << source;
  }
}

TEST(Discovery, CodeAfterADocstringCounts) {
  EXPECT_EQ(target_of_app("\"\"\"One line.\"\"\"\napp = 1\n"), "app:app");
  EXPECT_EQ(target_of_app("'''Two\nlines \"\"\" here.'''\napp = 1\n"), "app:app");
}

TEST(Discovery, AFactoryIsTheLastResort) {
  EXPECT_EQ(target_of_app("def create_app(test=False):\n    app = 1\n"), "app:create_app()");
  EXPECT_EQ(target_of_app("def create_app():\n    ...\n\napp = create_app()\n"), "app:app");
}

TEST(Discovery, TheErrorSaysWhatWasLookedForAndWhatToWrite) {
  const TestFolder folder;
  const auto found = discover(folder.path());
  ASSERT_FALSE(found);
  const std::string& message = found.error().message;
  EXPECT_TRUE(message.starts_with("nothing to serve in '" + folder.path().native() + "'"));
  for (const char* word : {"manage.py", "wsgi.py", "main.py", "coachwhip site.wsgi:application"}) {
    EXPECT_NE(message.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace coachwhip::config
