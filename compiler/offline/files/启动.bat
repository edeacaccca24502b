@echo off
rem Starts the page for editors. Words for people are in program\start.py: this window may not know Chinese.
setlocal
rem On a share: pushd gives it a letter, cd would refuse.
pushd "%~dp0"
call "%~dp0chengwen.bat"
if errorlevel 1 pause
