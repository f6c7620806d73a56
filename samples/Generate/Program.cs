using Rubato;

string folder = args.Length > 0 ? args[0] : "models/acdiff";
using var model = RubatoModel.Load(folder);
var options = new GenerationOptions { Prompts = ["horse"], Count = 4, Seed = 7 };
foreach (GeneratedSample sample in await model.GenerateAsync(options))
{
    sample.Save($"horse-{sample.Seed}.png");
    Console.WriteLine($"horse-{sample.Seed}.png: {sample.Evaluations} of {sample.FullEvaluations} evaluations");
}
