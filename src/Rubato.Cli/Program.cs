using System.Runtime.InteropServices;
using System.Text;
using Rubato.Cli;

if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
using var ending = new CancellationTokenSource();
int signalled = 0;
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ExitCode.Interrupted));
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ExitCode.Terminated));
var app = new App(new Terminal(Console.Out, Console.Error)) { Interrupted = () => signalled };
return await app.RunAsync(args, ending.Token).ConfigureAwait(false);

// The first signal asks; a second one finds no handler that holds it back, and ends the process at once.
void End(PosixSignalContext signal, int exitCode)
{
    signal.Cancel = Interlocked.CompareExchange(ref signalled, exitCode, 0) == 0;
    if (signal.Cancel) ending.Cancel();
}
