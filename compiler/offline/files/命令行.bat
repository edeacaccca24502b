@echo off
rem A window in which the command chengwen works.
cd /d "%~dp0"
set "PATH=%~dp0;%PATH%"
cmd /k chengwen --help
