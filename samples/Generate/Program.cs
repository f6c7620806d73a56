using Rubato;

string folder = args.Length > 0 ? args[0] : "models/mnist";
using var model = RubatoModel.Load(folder);
var options = new GenerationOptions { Count = 4, Seed = 7 };
foreach (GeneratedSample sample in await model.GenerateAsync(options))
{
    sample.Save($"digit-{sample.Seed}.png");
    Console.WriteLine($"digit-{sample.Seed}.png: {sample.Evaluations} of {sample.FullEvaluations} evaluations");
}
