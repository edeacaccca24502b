@echo off
rem A window in which the command chengwen works.
rem On a share: pushd gives it a letter, cd would refuse.
pushd "%~dp0"
set "PATH=%~dp0;%PATH%"
cmd /k chengwen --help
