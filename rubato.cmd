@echo off
rem Runs the command from the sources; what the build says is shown only if it fails.
setlocal
set "log=%TEMP%\rubato-build-%RANDOM%.log"
pushd "%~dp0"
dotnet build src\Rubato.Cli -c Release -v q --nologo > "%log%" 2>&1
set code=%ERRORLEVEL%
popd
if not %code% == 0 type "%log%" 1>&2
del "%log%"
if not %code% == 0 exit /b 1
dotnet "%~dp0src\Rubato.Cli\bin\Release\net10.0\Rubato.Cli.dll" %*
exit /b %ERRORLEVEL%
